#include "core/spikes/window.hpp"

#include "core/spikes/event_queue.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace syncopate;

namespace {

void emit(OpenWindow& open, std::size_t tile, Tick tick, std::int32_t y, const std::vector<std::uint32_t>& positions) {
    OpenWindow::Segment& segment = open.segment(tile);
    std::uint32_t* const to = segment.positions_for(positions.size());
    std::copy(positions.begin(), positions.end(), to);
    segment.close_row(positions.size());
    open.set_count(tick, y, positions.size());
}

std::vector<std::uint32_t> row(const Window& window, Tick tick, std::int32_t y) {
    const Window::Row events = window.row(tick, y);
    return {events.positions.begin(), events.positions.end()};
}

Window empty_window(Tick begin, Tick end) {
    OpenWindow open(1, false);
    open.split(std::array<std::int32_t, 2>{0, 1});
    open.open({begin, end});
    return open.seal();
}

}  // namespace

TEST_CASE("sealing puts the segments of bands in the order (tick, y)") {
    OpenWindow open(3, false);
    open.split(std::array<std::int32_t, 3>{0, 1, 3});
    open.open({10, 12});
    // Bands are filled in any order: the second one first.
    emit(open, 1, 10, 1, {5});
    emit(open, 1, 10, 2, {});
    emit(open, 1, 11, 1, {7, 8});
    emit(open, 1, 11, 2, {9});
    emit(open, 0, 10, 0, {1, 2});
    emit(open, 0, 11, 0, {3});
    const Window window = open.seal();
    CHECK(window.event_count() == 7);
    CHECK(row(window, 10, 0) == std::vector<std::uint32_t>{1, 2});
    CHECK(row(window, 10, 1) == std::vector<std::uint32_t>{5});
    CHECK(row(window, 10, 2).empty());
    CHECK(row(window, 11, 0) == std::vector<std::uint32_t>{3});
    CHECK(row(window, 11, 1) == std::vector<std::uint32_t>{7, 8});
    CHECK(row(window, 11, 2) == std::vector<std::uint32_t>{9});
}

TEST_CASE("a spike train has ticks, flat C·H·W ids and amplitudes only where they are told") {
    // 2 channels, 1 row, 3 columns: position 5 is x = 2, channel 1.
    const Window window({4, 5}, 1, false, {{0, 2}, {0, 5}, {}});
    SpikeTrain train;
    append_spikes(train, window, {2, 1, 3});
    CHECK(train.times == std::vector<std::int32_t>{4, 4});
    CHECK(train.ids == std::vector<std::int32_t>{0, 5});
    CHECK(train.amplitudes.empty());
}

TEST_CASE("the horizon of a population is the end of its last window") {
    EventQueue queue(2);
    CHECK(queue.horizon(0) == 0);
    queue.push(0, empty_window(0, 4));
    queue.push(0, empty_window(4, 6));
    CHECK(queue.horizon(0) == 6);
    CHECK(queue.horizon(1) == 0);
    CHECK(queue.window_at(0, 3).ticks() == TickRange{0, 4});
    CHECK(queue.window_at(0, 4).ticks() == TickRange{4, 6});
}

TEST_CASE("discarding forgets whole windows only, and does not move the horizon") {
    EventQueue queue(1);
    queue.push(0, empty_window(0, 4));
    queue.push(0, empty_window(4, 8));
    queue.discard_before(0, 5);
    CHECK(queue.window_at(0, 5).ticks() == TickRange{4, 8});
    CHECK(queue.horizon(0) == 8);
}

TEST_CASE("a window made of a spike train holds its spikes, with amplitudes where they are wanted") {
    const Shape shape = {2, 3, 2};
    // Flat C·H·W: 4 is (channel 0, y 2, x 0), 10 (1, 2, 0), 5 (0, 2, 1).
    const SpikeTrain train = {{6, 7, 7, 7, 7}, {0, 1, 4, 10, 5}, {2, -1, 1, 1, -3}};
    const Window window = window_of(train, shape, {5, 9}, true);
    CHECK(window.ticks() == TickRange{5, 9});
    CHECK(row(window, 5, 0).empty());
    CHECK(row(window, 6, 0) == std::vector<std::uint32_t>{0});
    CHECK(row(window, 7, 0) == std::vector<std::uint32_t>{2});
    CHECK(row(window, 7, 2) == std::vector<std::uint32_t>{0, 1, 2});
    SpikeTrain back;
    append_spikes(back, window, shape);
    CHECK(back == train);
    const SpikeTrain plain = {train.times, train.ids, {}};
    back.clear();
    append_spikes(back, window_of(plain, shape, {5, 9}, false), shape);
    CHECK(back == plain);
    back.clear();
    append_spikes(back, window_of(plain, shape, {5, 9}, true), shape);
    CHECK(back == SpikeTrain{train.times, train.ids, {1, 1, 1, 1, 1}});
}
