#include "core/assert.hpp"
#include "core/engine/executor.hpp"
#include "core/index.hpp"

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace syncopate {

namespace {

class TbbExecutor final : public Executor {
public:
    explicit TbbExecutor(int threads)
        : threads_(threads),
          // TBB starts no more threads than the machine has cores, unless it is told to; results must not depend on the
          // machine, and neither should the number of workers that a user asked for.
          allowed_(tbb::global_control::max_allowed_parallelism, to_size(threads) + 1),
          arena_(threads) {}
    int concurrency() const override { return threads_; }

    void for_each(std::int64_t count, const Work& work) override {
        arena_.execute([&] {
            tbb::parallel_for(
                // Pieces are large and few (a sample, a band), so each is a task of its own; TBB's own partitioner
                // would join them and leave threads idle at the end.
                tbb::blocked_range<std::int64_t>(0, count, 1),
                [&](const tbb::blocked_range<std::int64_t>& range) {
                    for (std::int64_t i = range.begin(); i != range.end(); ++i) {
                        // Isolated: while a piece waits for inner work, its thread must not begin another piece, or two
                        // pieces would share a worker's scratch memory.
                        tbb::this_task_arena::isolate([&] { work(tbb::this_task_arena::current_thread_index(), i); });
                    }
                },
                tbb::simple_partitioner());
        });
    }

private:
    int threads_;
    tbb::global_control allowed_;
    tbb::task_arena arena_;
};

}  // namespace

std::unique_ptr<Executor> make_tbb_executor(int threads) {
    SYNCOPATE_ASSERT(threads >= 1);
    return std::make_unique<TbbExecutor>(threads);
}

}  // namespace syncopate
