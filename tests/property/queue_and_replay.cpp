#include "tests/support/engine_comparison.hpp"
#include "tests/support/window_keeper.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace syncopate;

namespace {

/// Looks how many windows the queue keeps whenever somebody sends one.
class QueueWatcher final : public Observer {
public:
    QueueWatcher(const Workspace& workspace, std::size_t populations)
        : workspace_(workspace), populations_(populations) {}
    void spikes(std::size_t, const Window&) override {
        std::size_t kept = 0;
        for (std::size_t p = 0; p < populations_; ++p) kept = std::max(kept, workspace_.queue.window_count(p));
        most = std::max(most, kept);
    }
    std::size_t most = 0;

private:
    const Workspace& workspace_;
    std::size_t populations_;
};

std::int32_t longest_delay(const CompiledNetwork& network) {
    std::int32_t delay = 0;
    for (const CompiledProjection& projection : network.projections) delay = std::max(delay, projection.delay);
    return delay;
}

}  // namespace

TEST_SUITE("property") {
    TEST_CASE("what everybody has read leaves the queue: it keeps no more windows than the longest delay spans") {
        constexpr Tick chunk = 8, duration = 400;
        for (std::uint64_t seed = 0; seed < 40; ++seed) {
            CAPTURE(seed);
            const ComparisonCase c = make_case(random_network(seed), seed);
            const Engine engine(c.network, {.chunk = chunk});
            Workspace workspace = engine.make_workspace(1);
            QueueWatcher watcher(workspace, c.network.populations.size());
            engine.run(workspace, {.input = c.input, .duration = duration, .key = c.key}, *make_serial_executor(),
                       watcher);
            // On a cycle, windows are as short as its delay.
            const bool has_cycle = longest_delay(c.network) > 0;
            CHECK(watcher.most <= static_cast<std::size_t>(has_cycle ? longest_delay(c.network) + 2 * chunk : 3));
        }
    }

    TEST_CASE("a population whose spikes are given has their counts and operations, and cuts what lies beyond T") {
        const auto serial = make_serial_executor();
        for (std::uint64_t seed = 0; seed < 80; ++seed) {
            CAPTURE(seed);
            const ComparisonCase c = make_case(random_network(seed), seed);
            const std::size_t count = c.network.populations.size();
            const Engine engine(c.network, {.chunk = 5});
            Workspace workspace = engine.make_workspace(1), again = engine.make_workspace(1);
            WindowKeeper keeper(count);
            const Tick duration = c.duration + 9;
            engine.run(workspace, {.input = c.input, .duration = duration, .key = c.key}, *serial, keeper);
            for (const Tick T : {duration, c.duration}) {
                CAPTURE(T);
                Observer nobody;
                engine.run(workspace, {.input = c.input, .duration = T, .key = c.key}, *serial, nobody);
                for (std::size_t p = 0; p < count; ++p) {
                    if (!c.network.populations[p].spikes()) continue;
                    CAPTURE(p);
                    const ReplayedSpikes given{p, keeper.windows[p]};
                    engine.run(again, {.input = c.input, .duration = T, .key = c.key, .replayed = {&given, 1}}, *serial,
                               nobody);
                    CHECK(engine.spike_counts(again, p) == engine.spike_counts(workspace, p));
                    CHECK(engine.synaptic_operations(again, p) == engine.synaptic_operations(workspace, p));
                }
            }
        }
    }
}
