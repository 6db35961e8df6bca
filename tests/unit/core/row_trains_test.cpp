#include "core/spikes/row_trains.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

using namespace syncopate;

namespace {

/// Random trains of every row, each neuron's spikes in order of time.
std::vector<RowTrains> random_trains(std::size_t rows, std::size_t row_size, Tick duration, bool has_amplitudes,
                                     std::mt19937_64& random) {
    std::vector<RowTrains> trains(rows);
    const std::uint64_t one_in = 1 + random() % 6;
    for (RowTrains& row : trains) {
        row.clear();
        for (std::size_t i = 0; i < row_size; ++i) {
            for (Tick tick = 0; tick < duration; ++tick) {
                if (random() % one_in != 0) continue;
                row.ticks.push_back(tick);
                if (has_amplitudes) row.amplitudes.push_back(static_cast<std::int32_t>(random() % 7) - 9);
            }
            row.close_position();
        }
    }
    return trains;
}

/// The same trains with every neuron's spikes in another order.
RowTrains shuffled(const RowTrains& trains, std::mt19937_64& random) {
    RowTrains other = trains;
    for (std::size_t i = 0; i < trains.positions(); ++i) {
        std::vector<std::uint32_t> spikes(trains.count(i));
        std::iota(spikes.begin(), spikes.end(), trains.begin[i]);
        std::ranges::shuffle(spikes, random);
        for (std::size_t k = 0; k < spikes.size(); ++k) {
            other.ticks[trains.begin[i] + k] = trains.ticks[spikes[k]];
            if (!trains.amplitudes.empty()) other.amplitudes[trains.begin[i] + k] = trains.amplitudes[spikes[k]];
        }
    }
    return other;
}

/// The window that holds the trains' spikes of some ticks, by definition: tick by tick, row by row, position by
/// position.
Window window_of(const std::vector<RowTrains>& trains, TickRange ticks, bool has_amplitudes) {
    WindowStorage storage;
    storage.row_begin = {0};
    for (Tick tick = ticks.begin; tick < ticks.end; ++tick) {
        for (const RowTrains& row : trains) {
            for (std::size_t i = 0; i < row.positions(); ++i) {
                for (std::uint32_t s = row.begin[i]; s < row.begin[i + 1]; ++s) {
                    if (row.ticks[s] != tick) continue;
                    storage.positions.push_back(static_cast<std::uint32_t>(i));
                    storage.amplitudes.push_back(row.amplitudes.empty() ? 1 : row.amplitudes[s]);
                }
            }
            storage.row_begin.push_back(storage.positions.size());
        }
    }
    return {ticks, static_cast<std::int32_t>(trains.size()), has_amplitudes, std::move(storage)};
}

bool is_same(const Window& a, const Window& b, std::int32_t rows) {
    if (a.event_count() != b.event_count()) return false;
    for (Tick tick = a.ticks().begin; tick < a.ticks().end; ++tick) {
        for (std::int32_t y = 0; y < rows; ++y) {
            const Window::Row row = a.row(tick, y), other = b.row(tick, y);
            if (!std::ranges::equal(row.positions, other.positions)) return false;
            if (!std::ranges::equal(row.amplitudes, other.amplitudes)) return false;
        }
    }
    return true;
}

std::vector<std::int32_t> random_bands(std::int32_t rows, std::mt19937_64& random) {
    std::vector<std::int32_t> first_row = {0};
    for (std::int32_t y = 1; y < rows; ++y) {
        if (random() % 2 == 0) first_row.push_back(y);
    }
    first_row.push_back(rows);
    return first_row;
}

}  // namespace

TEST_CASE("emitting gives the window that the trains define, however bands are cut and spikes are ordered") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 random(seed);
        const auto rows = static_cast<std::int32_t>(1 + random() % 5);
        const auto duration = static_cast<Tick>(1 + random() % 9);
        const bool has_amplitudes = random() % 2 == 0;
        const std::vector<RowTrains> trains =
            random_trains(static_cast<std::size_t>(rows), 1 + random() % 8, duration, has_amplitudes, random);
        OpenWindow open(rows, has_amplitudes);
        const std::vector<std::int32_t> first_row = random_bands(rows, random);
        open.split(first_row);
        open.open({0, duration});
        for (std::size_t band = first_row.size() - 1; band-- > 0;) {
            std::vector<RowTrains> own;
            for (std::int32_t y = first_row[band]; y < first_row[band + 1]; ++y)
                own.push_back(shuffled(trains[static_cast<std::size_t>(y)], random));
            emit_rows(own, first_row[band], duration, band, open);
        }
        CHECK(is_same(open.seal(), window_of(trains, {0, duration}, has_amplitudes), rows));
    }
}

TEST_CASE("gathering takes back the trains that were emitted, from one window or from several") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 random(seed);
        const auto rows = static_cast<std::int32_t>(1 + random() % 5);
        const auto duration = static_cast<Tick>(1 + random() % 9);
        const auto chunk = static_cast<Tick>(1 + random() % 9);
        const bool has_amplitudes = random() % 2 == 0;
        const std::size_t row_size = 1 + random() % 8;
        const std::vector<RowTrains> trains =
            random_trains(static_cast<std::size_t>(rows), row_size, duration, has_amplitudes, random);
        std::vector<Window> windows;
        for (Tick begin = 0; begin < duration; begin += chunk)
            windows.push_back(window_of(trains, {begin, begin + chunk}, has_amplitudes));
        RowTrains gathered;  // used again for every row
        for (std::int32_t y = 0; y < rows; ++y) {
            CAPTURE(y);
            gather_row(gathered, y, row_size, duration,
                       [&](Tick tick) -> const Window& { return windows[static_cast<std::size_t>(tick / chunk)]; });
            const RowTrains& expected = trains[static_cast<std::size_t>(y)];
            CHECK(gathered.begin == expected.begin);
            CHECK(gathered.ticks == expected.ticks);
            CHECK(gathered.amplitudes == expected.amplitudes);
        }
    }
}

TEST_CASE("trains without amplitudes are emitted as spikes of amplitude 1 where the window has amplitudes") {
    RowTrains trains;
    trains.clear();
    trains.ticks = {1};
    trains.close_position();
    OpenWindow open(1, true);
    open.split(std::vector<std::int32_t>{0, 1});
    open.open({0, 2});
    emit_rows(std::span(&trains, 1), 0, 2, 0, open);
    const Window window = open.seal();
    REQUIRE(window.event_count() == 1);
    REQUIRE(window.row(1, 0).amplitudes.size() == 1);
    CHECK(window.row(1, 0).amplitudes[0] == 1);
}

TEST_CASE("gathering stops at the end of the window that is asked for") {
    const Window window({0, 3}, 1, false, {{0, 1, 2, 3}, {0, 0, 0}, {}});
    RowTrains trains;
    gather_row(trains, 0, 2, 2, [&](Tick) -> const Window& { return window; });
    CHECK(trains.begin == std::vector<std::uint32_t>{0, 2, 2});
    CHECK(trains.ticks == std::vector<Tick>{0, 1});
}
