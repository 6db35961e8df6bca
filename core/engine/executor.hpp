#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace syncopate {

/// Runs independent pieces of work. Whatever the executor, the pieces and their results are the same; only who computes
/// them, and when, differs. Nothing outside executors knows of threads.
class Executor {
public:
    /// One piece: `worker` is below concurrency() and no two pieces run with the same worker at a time.
    using Work = std::function<void(int worker, std::int64_t index)>;

    virtual ~Executor() = default;
    virtual int concurrency() const = 0;
    /// Runs work(worker, 0 … count − 1), returns when all are done. The first exception of a piece comes out here;
    /// pieces that had not begun by then may be left out.
    virtual void for_each(std::int64_t count, const Work& work) = 0;
};

/// In order, on the calling thread.
std::unique_ptr<Executor> make_serial_executor();
/// Plain threads, for sanitizers and for systems without TBB. Requires: threads ≥ 1.
std::unique_ptr<Executor> make_thread_executor(int threads);
/// A TBB arena. Requires: threads ≥ 1.
std::unique_ptr<Executor> make_tbb_executor(int threads);

/// Number of threads the machine offers, at least 1.
int hardware_threads();

}  // namespace syncopate
