#include "core/spikes/event_queue.hpp"

#include "core/assert.hpp"

#include <utility>

namespace syncopate {

// Windows are few: a lane holds what lies between its slowest reader and its horizon, a chunk and a delay, so a search
// from the front finds a tick at once, and readers keep the window that they found (NarrowRun). Storage goes round
// because windows are made as often as ticks pass, and growing a new one each time would cost more than filling it.

void EventQueue::push(std::size_t population, Window window) {
    Lane& lane = lanes_[population];
    SYNCOPATE_ASSERT(window.ticks().begin == lane.horizon);
    lane.horizon = window.ticks().end;
    lane.windows.push_back(std::move(window));
}

void EventQueue::push(std::size_t population, ValueWindow window) {
    Lane& lane = lanes_[population];
    SYNCOPATE_ASSERT(window.ticks.begin == lane.horizon);
    lane.horizon = window.ticks.end;
    lane.values.push_back(std::move(window));
}

void EventQueue::borrow(std::size_t population, std::span<const Window> windows, Tick end) {
    Lane& lane = lanes_[population];
    SYNCOPATE_ASSERT(lane.horizon == 0 && !windows.empty() && windows.back().ticks().end >= end);
    lane.borrowed = windows;
    lane.horizon = end;
}

const Window& EventQueue::window_at(std::size_t population, Tick tick) const {
    const Lane& lane = lanes_[population];
    for (const Window& window : lane.borrowed) {
        if (window.ticks().contains(tick)) return window;
    }
    for (const Window& window : lane.windows) {
        if (window.ticks().contains(tick)) return window;
    }
    SYNCOPATE_ASSERT(!"the tick is sealed and still held");
    return lane.windows.front();
}

const ValueWindow& EventQueue::values_at(std::size_t population, Tick tick) const {
    const Lane& lane = lanes_[population];
    for (const ValueWindow& window : lane.values) {
        if (window.ticks.contains(tick)) return window;
    }
    SYNCOPATE_ASSERT(!"the tick is summed and still held");
    return lane.values.front();
}

WindowStorage EventQueue::take_storage() {
    if (spare_.empty()) return {};
    WindowStorage storage = std::move(spare_.back());
    spare_.pop_back();
    return storage;
}

void EventQueue::forget_first(Lane& lane) {
    spare_.push_back(std::move(lane.windows.front()).release());
    lane.windows.pop_front();
}

void EventQueue::discard_before(std::size_t population, Tick tick) {
    Lane& lane = lanes_[population];
    while (!lane.windows.empty() && lane.windows.front().ticks().end <= tick) forget_first(lane);
    while (!lane.values.empty() && lane.values.front().ticks.end <= tick) lane.values.pop_front();
}

void EventQueue::clear() {
    for (Lane& lane : lanes_) {
        while (!lane.windows.empty()) forget_first(lane);
        lane.values.clear();
        lane.borrowed = {};
        lane.horizon = 0;
    }
}

}  // namespace syncopate
