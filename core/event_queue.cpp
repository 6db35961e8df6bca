#include "core/event_queue.hpp"

#include "core/assert.hpp"

#include <utility>

namespace syncopate {

void EventQueue::push(std::size_t population, Window window) {
    Lane& lane = lanes_[population];
    SYNCOPATE_ASSERT(window.ticks().begin == lane.horizon);
    lane.horizon = window.ticks().end;
    lane.windows.push_back(std::move(window));
}

const Window& EventQueue::window_at(std::size_t population, Tick tick) const {
    for (const Window& window : lanes_[population].windows) {
        if (window.ticks().contains(tick)) return window;
    }
    SYNCOPATE_ASSERT(!"the tick is sealed and still held");
    return lanes_[population].windows.front();
}

void EventQueue::discard_before(std::size_t population, Tick tick) {
    std::deque<Window>& windows = lanes_[population].windows;
    while (!windows.empty() && windows.front().ticks().end <= tick) windows.pop_front();
}

void EventQueue::clear() {
    for (Lane& lane : lanes_) {
        lane.windows.clear();
        lane.horizon = 0;
    }
}

}  // namespace syncopate
