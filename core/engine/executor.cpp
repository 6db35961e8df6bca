#include "core/engine/executor.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace syncopate {

namespace {

class SerialExecutor final : public Executor {
public:
    int concurrency() const override { return 1; }
    void for_each(std::int64_t count, const Work& work) override {
        for (std::int64_t i = 0; i < count; ++i) work(0, i);
    }
};

class ThreadExecutor final : public Executor {
public:
    explicit ThreadExecutor(int threads) : threads_(threads) {}
    int concurrency() const override { return threads_; }

    void for_each(std::int64_t count, const Work& work) override {
        std::atomic<std::int64_t> next{0};
        std::exception_ptr first_failure;
        std::mutex failure_mutex;
        const auto serve = [&](int worker) {
            try {
                // Pieces are handed out one by one and not in blocks: samples differ in cost by far more than taking a
                // number does, and the slowest block would hold all others up.
                for (std::int64_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) work(worker, i);
            } catch (...) {
                // After a failure nobody begins anything new. Several may fail at once; the first that gets here is
                // told, because an exception can be rethrown only once.
                next.store(count);
                const std::lock_guard lock(failure_mutex);
                if (!first_failure) first_failure = std::current_exception();
            }
        };
        {
            // Inside braces, because a jthread joins when it is destroyed: beyond them every piece is done, and
            // first_failure can be read without a lock.
            std::vector<std::jthread> others;
            for (int worker = 1; worker < std::min<std::int64_t>(threads_, count); ++worker)
                others.emplace_back(serve, worker);
            serve(0);
        }
        if (first_failure) std::rethrow_exception(first_failure);
    }

private:
    int threads_;
};

}  // namespace

std::unique_ptr<Executor> make_serial_executor() { return std::make_unique<SerialExecutor>(); }

std::unique_ptr<Executor> make_thread_executor(int threads) {
    SYNCOPATE_ASSERT(threads >= 1);
    return std::make_unique<ThreadExecutor>(threads);
}

int hardware_threads() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

}  // namespace syncopate
