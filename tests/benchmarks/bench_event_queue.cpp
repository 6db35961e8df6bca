// The hold model (Jones 1986) on event queues: N events in flight; take the earliest, schedule one 1,000 … 1,999 ticks
// later. Reported are holds per second on one thread. The sealed windows are drained a window at a time, which the
// smallest delay, 1,000 ticks, allows; the heaps are drained event by event, as their interface demands.
#include "core/spikes/event_queue.hpp"

#include <benchmark/benchmark.h>
#include <tbb/concurrent_priority_queue.h>

#include <array>
#include <cstdint>
#include <queue>
#include <vector>

namespace {

using syncopate::EventQueue;
using syncopate::OpenWindow;
using syncopate::Tick;
using syncopate::Window;

constexpr std::uint32_t smallest_delay = 1000;
constexpr std::uint32_t sources = 4096;

/// A cheap generator, so that it does not hide the queue.
class Delays {
public:
    std::uint32_t next() {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return smallest_delay + static_cast<std::uint32_t>(state_ >> 33) % smallest_delay;
    }
    std::uint32_t source() { return static_cast<std::uint32_t>(state_ >> 40) % sources; }

private:
    std::uint64_t state_ = 1;
};

struct Event {
    std::uint64_t tick = 0;
    std::uint32_t source = 0;
    friend bool operator<(const Event& a, const Event& b) {  // the earliest is the greatest, as heaps want it
        return a.tick != b.tick ? a.tick > b.tick : a.source > b.source;
    }
};

void hold_priority_queue(benchmark::State& state) {
    std::priority_queue<Event> queue;
    Delays delays;
    for (std::int64_t i = 0; i < state.range(0); ++i) queue.push({delays.next(), delays.source()});
    for (auto _ : state) {
        const Event event = queue.top();
        queue.pop();
        queue.push({event.tick + delays.next(), delays.source()});
    }
    state.SetItemsProcessed(state.iterations());
}

void hold_tbb(benchmark::State& state) {
    tbb::concurrent_priority_queue<Event> queue;
    Delays delays;
    for (std::int64_t i = 0; i < state.range(0); ++i) queue.push({delays.next(), delays.source()});
    for (auto _ : state) {
        Event event;
        queue.try_pop(event);
        queue.push({event.tick + delays.next(), delays.source()});
    }
    state.SetItemsProcessed(state.iterations());
}

/// One lane: what is scheduled waits in buckets by tick, becomes a sealed window, is drained.
class WindowLane {
public:
    WindowLane() : queue_(1), buckets_(2 * smallest_delay) { open_.split(std::array<std::int32_t, 2>{0, 1}); }

    void schedule(std::uint64_t tick, std::uint32_t source) { buckets_[tick % buckets_.size()].push_back(source); }

    /// Handles the next window of events; returns how many there were.
    std::int64_t hold_window(Delays& delays) {
        const Tick begin = now_;
        now_ += static_cast<Tick>(smallest_delay);
        open_.open({begin, now_});
        for (Tick tick = begin; tick < now_; ++tick) {
            std::vector<std::uint32_t>& bucket = buckets_[static_cast<std::size_t>(tick) % buckets_.size()];
            std::copy(bucket.begin(), bucket.end(), open_.segment(0).positions_for(bucket.size()));
            open_.segment(0).close_row(bucket.size());
            open_.set_count(tick, 0, bucket.size());
            bucket.clear();
        }
        queue_.push(0, open_.seal(queue_.take_storage()));
        const Window& window = queue_.window_at(0, begin);
        for (Tick tick = begin; tick < now_; ++tick) {
            for (const std::uint32_t source : window.row(tick, 0).positions) {
                benchmark::DoNotOptimize(source);
                schedule(static_cast<std::uint64_t>(tick) + delays.next(), delays.source());
            }
        }
        const auto count = static_cast<std::int64_t>(window.event_count());
        queue_.discard_before(0, now_);
        if (now_ > (1 << 30)) {  // ticks begin anew; the buckets are a ring, so nothing moves
            now_ = 0;
            queue_.clear();
        }
        return count;
    }

private:
    EventQueue queue_;
    OpenWindow open_{1, false};
    std::vector<std::vector<std::uint32_t>> buckets_;
    Tick now_ = 0;
};

void hold_sealed_windows(benchmark::State& state) {
    WindowLane lane;
    Delays delays;
    for (std::int64_t i = 0; i < state.range(0); ++i) lane.schedule(delays.next() - smallest_delay, delays.source());
    std::int64_t holds = 0;
    for (auto _ : state) holds += lane.hold_window(delays);
    state.SetItemsProcessed(holds);
}

}  // namespace

BENCHMARK(hold_priority_queue)->Arg(1000)->Arg(100000)->Arg(1000000);
BENCHMARK(hold_tbb)->Arg(1000)->Arg(100000)->Arg(1000000);
BENCHMARK(hold_sealed_windows)->Arg(1000)->Arg(100000)->Arg(1000000);
BENCHMARK_MAIN();
