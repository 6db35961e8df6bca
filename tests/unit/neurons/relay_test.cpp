#include "neurons/rearrangement.hpp"

#include "neurons/discrete_gaussian.hpp"

#include "core/error.hpp"
#include "core/random/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace syncopate;

namespace {

struct Spike {
    Tick tick = 0;
    std::int32_t amplitude = 1;
    friend auto operator<=>(const Spike&, const Spike&) = default;
};
using Train = std::vector<Spike>;  // in order of time

std::string text_of(const Train& train) {
    std::string text;
    for (const Spike& spike : train) text += std::to_string(spike.tick) + ":" + std::to_string(spike.amplitude) + " ";
    return text;
}

/// A row as the relay sends it on.
std::vector<Train> relayed(const std::string& rule, const std::vector<Train>& row, const RowSite& site) {
    RowTrains trains;
    trains.clear();
    bool has_amplitudes = false;
    for (const Train& train : row) {
        for (const Spike& spike : train) {
            trains.ticks.push_back(spike.tick);
            trains.amplitudes.push_back(spike.amplitude);
            has_amplitudes = has_amplitudes || spike.amplitude != 1;
        }
        trains.close_position();
    }
    if (!has_amplitudes) trains.amplitudes.clear();
    parse_rearrangement(rule)->rearrange(trains, site);
    REQUIRE(trains.positions() == row.size());
    REQUIRE((trains.amplitudes.empty() || trains.amplitudes.size() == trains.ticks.size()));
    std::vector<Train> result;
    for (std::size_t i = 0; i < row.size(); ++i) {
        result.emplace_back();
        for (std::uint32_t s = trains.begin[i]; s < trains.begin[i + 1]; ++s)
            result.back().push_back({trains.ticks[s], trains.amplitudes.empty() ? 1 : trains.amplitudes[s]});
        std::ranges::sort(result.back());
    }
    return result;
}

RowSite row_of(std::size_t neurons, Tick duration, std::uint64_t seed = 1) {
    return {{seed, 2}, 5, {static_cast<std::int32_t>(neurons), 1, 1}, 0, duration};
}

/// One neuron's train, all amplitudes 1.
std::string relayed(const std::string& rule, Tick duration, const std::vector<Tick>& ticks) {
    Train train;
    for (const Tick tick : ticks) train.push_back({tick, 1});
    std::string text;
    const Train sent = relayed(rule, {train}, row_of(1, duration)).front();
    for (const Spike& spike : sent) text += (text.empty() ? "" : " ") + std::to_string(spike.tick);
    return text;
}

std::vector<Train> random_row(std::size_t neurons, Tick duration, std::mt19937_64& random) {
    std::vector<Train> row(neurons);
    for (Train& train : row) {
        for (Tick tick = 0; tick < duration; ++tick) {
            if (random() % 3 == 0) train.push_back({tick, static_cast<std::int32_t>(random() % 3) + 1});
        }
    }
    return row;
}

std::vector<std::int32_t> sorted_amplitudes(const Train& train) {
    std::vector<std::int32_t> amplitudes;
    for (const Spike& spike : train) amplitudes.push_back(spike.amplitude);
    std::ranges::sort(amplitudes);
    return amplitudes;
}

double chi_square(const std::map<std::string, int>& counts, int total) {
    const double expected = static_cast<double>(total) / static_cast<double>(counts.size());
    double sum = 0.0;
    for (const auto& [what, count] : counts) sum += (count - expected) * (count - expected) / expected;
    return sum;
}

}  // namespace

TEST_CASE("identity leaves a train as it is") { CHECK(relayed("identity", 6, {0, 2, 5}) == "0 2 5"); }

TEST_CASE("reverse shows tick t at T - 1 - t") { CHECK(relayed("reverse", 6, {0, 1, 4}) == "1 4 5"); }

TEST_CASE("earliest and latest pack the spikes at an end of the window") {
    CHECK(relayed("earliest", 6, {1, 4, 5}) == "0 1 2");
    CHECK(relayed("latest", 6, {0, 1, 4}) == "3 4 5");
    CHECK(relayed("latest", 6, {}).empty());
}

TEST_CASE("even puts spike i of N at tick floor((2i + 1) T / 2N)") {
    CHECK(relayed("even", 8, {0, 1, 2}) == "1 4 6");
    CHECK(relayed("even", 8, {7}) == "4");
    CHECK(relayed("even", 5, {0, 1}) == "1 3");
    CHECK(relayed("even", 3, {0, 1, 2}) == "0 1 2");
}

TEST_CASE("rotate moves every spike by as many ticks, around the end of the window, in both directions") {
    CHECK(relayed("rotate", 6, {0, 2, 5}) == "0 1 3");
    CHECK(relayed("rotate:-1", 6, {0, 2, 5}) == "1 4 5");
    CHECK(relayed("rotate:6", 6, {0, 2, 5}) == "0 2 5");
    CHECK(relayed("rotate:13", 6, {0, 2, 5}) == "0 1 3");
    CHECK(relayed("rotate:-13", 6, {0, 2, 5}) == "1 4 5");
    CHECK(relayed("rotate:2147483647", 6, {0}) == "1");
    CHECK(relayed("rotate:-2147483648", 6, {0}) == "4");
}

TEST_CASE("an order shows at its tick t what was at tick order[t]") {
    CHECK(relayed("order:2-0-3-1", 4, {2, 3}) == "0 2");
    CHECK(relayed("order:2-0-3-1", 4, {0}) == "1");
    CHECK(relayed("order:2-0-3-1", 4, {1}) == "3");
}

TEST_CASE("an order for another number of ticks is refused by name") {
    CHECK_THROWS_WITH_AS(relayed("order:2-0-1", 4, {0}),
                         "rearrangement \"order:2-0-1\" is an order of 3 ticks, but the window has 4", UsageError);
}

TEST_CASE("drop loses nothing at p = 0 and everything at p = 1") {
    CHECK(relayed("drop:0", 6, {0, 2, 5}) == "0 2 5");
    CHECK(relayed("drop:1", 6, {0, 2, 5}).empty());
}

TEST_CASE("insert adds nothing at p = 0 and fills the window at p = 1") {
    CHECK(relayed("insert:0", 6, {0, 2, 5}) == "0 2 5");
    CHECK(relayed("insert:1", 6, {0, 2, 5}) == "0 1 2 3 4 5");
    CHECK(relayed("insert:1", 2, {}) == "0 1");
}

TEST_CASE("drop loses, and insert adds, the share of spikes that was asked for") {
    constexpr std::size_t neurons = 4000;
    const std::vector<Train> half(neurons, Train{{0}, {1}, {2}, {3}, {4}});
    for (const double p : {0.1, 0.5, 0.8}) {
        CAPTURE(p);
        const double tolerance = 4.0 * std::sqrt(p * (1.0 - p) / (5.0 * neurons));
        double kept = 0.0, all = 0.0;
        for (const Train& train : relayed("drop:" + std::to_string(p), half, row_of(neurons, 10)))
            kept += static_cast<double>(train.size());
        for (const Train& train : relayed("insert:" + std::to_string(p), half, row_of(neurons, 10)))
            all += static_cast<double>(train.size());
        CHECK(std::abs(kept / (5.0 * neurons) - (1.0 - p)) < tolerance);
        CHECK(std::abs((all - 5.0 * neurons) / (5.0 * neurons) - p) < tolerance);
    }
}

TEST_CASE("of two ticks there is one exchange: an odd number of them is the reverse, an even number nothing") {
    CHECK(relayed("swap:1", 2, {0}) == "1");
    CHECK(relayed("swap:5", 2, {0}) == "1");
    CHECK(relayed("swap:6", 2, {1}) == "1");
}

TEST_CASE(
    "one exchange moves a lone spike by at most a tick, and moves it as often as one of its two neighbours is drawn") {
    constexpr std::size_t neurons = 20000;
    const std::vector<Train> row(neurons, Train{{3, 1}});
    std::map<std::string, int> seen;
    for (const Train& train : relayed("swap:1", row, row_of(neurons, 8))) ++seen[text_of(train)];
    CHECK(seen.size() == 3);
    for (const char* moved : {"2:1 ", "4:1 "}) CHECK(std::abs(seen[moved] - 20000.0 / 7) < 5 * std::sqrt(20000.0 / 7));
}

TEST_CASE("jitter of sigma 0 leaves a train as it is") { CHECK(relayed("jitter:0", 6, {0, 2, 5}) == "0 2 5"); }

TEST_CASE("jitter clips to the window; a spike whose tick is taken goes to the nearest free one") {
    // With sigma far beyond the window every spike wants its first or its last tick.
    constexpr std::size_t neurons = 300;
    std::map<std::string, int> seen;
    const std::vector<Train> two(neurons, Train{{1}, {2}});
    for (const Train& train : relayed("jitter:10000", two, row_of(neurons, 5))) ++seen[text_of(train)];
    CHECK(seen.size() == 3);
    CHECK(seen["0:1 1:1 "] > 50);
    CHECK(seen["0:1 4:1 "] > 100);
    CHECK(seen["3:1 4:1 "] > 50);
    const std::vector<Train> full(neurons, Train{{0}, {1}, {2}});
    for (const Train& train : relayed("jitter:10000", full, row_of(neurons, 3))) CHECK(train == full.front());
}

TEST_CASE("of two free ticks at the same distance, jitter takes the earlier") {
    // The first spike stays at 2 or the case is left out; the second wants 2 as well.
    const RowSite site = row_of(2000, 5);
    const DiscreteGaussian gaussian(1.0);
    const std::vector<Train> row(2000, Train{{2}, {3}});
    const std::vector<Train> sent = relayed("jitter:1", row, site);
    int met = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
        DrawStream draws({site.key.seed, site.key.sample, site.population, static_cast<std::uint32_t>(i), 0,
                          Purpose::rearrangement});
        const Tick first = gaussian.value(draws.next()), second = gaussian.value(draws.next());
        if (first != 0 || second != -1) continue;
        ++met;
        CHECK(sent[i] == Train{{1}, {2}});
    }
    CHECK(met > 100);
}

TEST_CASE("a spike takes its amplitude along, and a new one has amplitude 1") {
    const Train train = {{0, 3}, {1, -1}, {3, 2}};
    const auto sent = [&](const std::string& rule) { return relayed(rule, {train}, row_of(1, 5)).front(); };
    CHECK(sent("identity") == train);
    CHECK(sent("reverse") == Train{{1, 2}, {3, -1}, {4, 3}});
    CHECK(sent("earliest") == Train{{0, 3}, {1, -1}, {2, 2}});
    CHECK(sent("latest") == Train{{2, 3}, {3, -1}, {4, 2}});
    CHECK(sent("even") == Train{{0, 3}, {2, -1}, {4, 2}});
    CHECK(sent("rotate:2") == Train{{0, 2}, {2, 3}, {3, -1}});
    CHECK(sent("order:1-0-2-4-3") == Train{{0, -1}, {1, 3}, {4, 2}});
    CHECK(sent("insert:1") == Train{{0, 3}, {1, -1}, {2, 1}, {3, 2}, {4, 1}});
    CHECK(sent("drop:1").empty());
}

TEST_CASE("every rule but drop and insert keeps the number and the amplitudes of a neuron's spikes, one a tick") {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 random(seed);
        const std::vector<Train> row = random_row(20, 7, random);
        for (const char* rule : {"identity", "permute", "permute:channel", "permute:shared", "permute:fixed", "reverse",
                                 "earliest", "latest", "even", "rotate:3", "order:6-0-5-1-4-2-3", "jitter:0.7",
                                 "swap:1", "swap:40:fixed", "jitter:3:fixed", "jitter:500"}) {
            CAPTURE(rule);
            CHECK(parse_rearrangement(rule)->keeps_counts());
            const std::vector<Train> sent = relayed(rule, row, row_of(row.size(), 7, seed));
            for (std::size_t i = 0; i < row.size(); ++i) {
                CHECK(sorted_amplitudes(sent[i]) == sorted_amplitudes(row[i]));
                std::set<Tick> ticks;
                for (const Spike& spike : sent[i]) ticks.insert(spike.tick);
                REQUIRE(ticks.size() == row[i].size());
                if (!ticks.empty()) CHECK((*ticks.begin() >= 0 && *ticks.rbegin() < 7));
            }
        }
    }
}

TEST_CASE("permute makes every arrangement of a neuron's spikes equally likely") {
    constexpr std::size_t neurons = 20000;
    std::map<std::string, int> seen;
    const std::vector<Train> row(neurons, Train{{0}, {1}});
    for (const Train& train : relayed("permute", row, row_of(neurons, 5))) ++seen[text_of(train)];
    REQUIRE(seen.size() == 10);
    CHECK(chi_square(seen, neurons) < 27.88);  // 99.9 % of χ² with 9 degrees of freedom
}

TEST_CASE("permute makes every order of a neuron's amplitudes equally likely, in a full window too") {
    constexpr std::size_t neurons = 6000;
    std::map<std::string, int> seen;
    const std::vector<Train> row(neurons, Train{{0, 1}, {1, 2}, {2, 3}});
    for (const Train& train : relayed("permute", row, row_of(neurons, 3))) ++seen[text_of(train)];
    REQUIRE(seen.size() == 6);
    CHECK(chi_square(seen, neurons) < 20.52);  // 99.9 % of χ² with 5 degrees of freedom
}

TEST_CASE("permute:shared makes every permutation of the ticks equally likely over samples") {
    std::map<std::string, int> seen;
    RowSite site = row_of(1, 3);
    for (std::uint32_t sample = 0; sample < 6000; ++sample) {
        site.key.sample = sample;
        ++seen[text_of(relayed("permute:shared", {Train{{0, 1}, {1, 2}, {2, 3}}}, site).front())];
    }
    REQUIRE(seen.size() == 6);
    CHECK(chi_square(seen, 6000) < 20.52);
}

TEST_CASE("permute:shared moves all neurons alike, permute:channel those of one channel") {
    const Shape shape{3, 4, 5};
    const Train train = {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 6}};
    const std::vector<Train> row(15, train);
    std::set<std::string> shared, neurons;
    std::map<std::size_t, std::set<std::string>> by_channel;
    for (std::int32_t y = 0; y < shape.height; ++y) {
        const RowSite site{{1, 2}, 5, shape, y, 6};
        for (const Train& sent : relayed("permute:shared", row, site)) shared.insert(text_of(sent));
        for (const Train& sent : relayed("permute", row, site)) neurons.insert(text_of(sent));
        const std::vector<Train> channels = relayed("permute:channel", row, site);
        for (std::size_t i = 0; i < row.size(); ++i) by_channel[i % 3].insert(text_of(channels[i]));
    }
    CHECK(shared.size() == 1);
    CHECK(neurons.size() > 40);
    std::set<std::string> channels;
    for (const auto& [channel, trains] : by_channel) {
        CHECK(trains.size() == 1);
        channels.insert(trains.begin(), trains.end());
    }
    CHECK(channels.size() == 3);
}

TEST_CASE("a fixed draw is the same for every sample, the usual one is not; both follow the seed and the population") {
    std::mt19937_64 random(4);
    const std::vector<Train> row = random_row(50, 9, random);
    for (const std::string rule :
         {"permute", "permute:channel", "permute:shared", "jitter:2", "swap:2", "drop:0.5", "insert:0.5"}) {
        CAPTURE(rule);
        const RowSite site = row_of(row.size(), 9);
        RowSite sample = site, seed = site, population = site;
        sample.key.sample = 3;
        seed.key.seed = 7;
        population.population = 8;
        const std::vector<Train> sent = relayed(rule, row, site), fixed = relayed(rule + ":fixed", row, site);
        CHECK(relayed(rule, row, site) == sent);
        CHECK(relayed(rule, row, sample) != sent);
        CHECK(relayed(rule, row, seed) != sent);
        CHECK(relayed(rule, row, population) != sent);
        CHECK(relayed(rule + ":fixed", row, sample) == fixed);
        CHECK(relayed(rule + ":fixed", row, seed) != fixed);
        CHECK(relayed(rule + ":fixed", row, population) != fixed);
    }
}

TEST_CASE("a neuron's train does not depend on its neighbours, nor on the order in which rows are rearranged") {
    const Shape shape{2, 3, 4};
    std::mt19937_64 random(5);
    for (const std::string rule :
         {"permute", "permute:channel", "permute:shared", "jitter:2", "swap:2", "drop:0.5", "insert:0.5"}) {
        CAPTURE(rule);
        std::vector<std::vector<Train>> rows, sent;
        for (std::int32_t y = 0; y < shape.height; ++y) {
            rows.push_back(random_row(8, 9, random));
            rows.back()[0] = Train{{0, 7}};  // so that there are amplitudes in every row
            sent.push_back(relayed(rule, rows.back(), {{1, 2}, 5, shape, y, 9}));
        }
        for (std::int32_t y = shape.height - 1; y >= 0; --y) {
            const auto r = static_cast<std::size_t>(y);
            CHECK(relayed(rule, rows[r], {{1, 2}, 5, shape, y, 9}) == sent[r]);
            std::vector<Train> others = random_row(8, 9, random);
            others[0] = Train{{0, 7}};
            others[5] = rows[r][5];
            CHECK(relayed(rule, others, {{1, 2}, 5, shape, y, 9})[5] == sent[r][5]);
        }
    }
}
