#include "core/split.hpp"
#include "io/run/simulation.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/read_out.hpp"
#include "neurons/rearrangement.hpp"
#include "topology/edits.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

using namespace syncopate;

namespace {

constexpr Shape shape = {2, 1, 2};  // two channels of two neurons

/// Spike trains, neuron by neuron: '|' a spike, '.' none.
using Rows = std::vector<std::string>;

/// An example of the page: an arm, and the trains before and after it.
struct Example {
    std::string arm;
    Rows before;
    Rows after;
};

std::string terms_page() {
    std::ifstream file(SYNCOPATE_SOURCE_DIR "/TERMS.md");
    REQUIRE(file.good());
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The blocks fenced as ```raster ARM, each of lines such as "||..|  |.|.|".
std::vector<Example> examples_of(const std::string& page) {
    std::vector<Example> examples;
    bool is_inside = false;
    for (const std::string_view line : split(page, '\n')) {
        constexpr std::string_view fence = "```raster ";
        if (line.starts_with(fence)) {
            examples.push_back({std::string(line.substr(fence.size())), {}, {}});
            is_inside = true;
        } else if (line.starts_with("```")) {
            is_inside = false;
        } else if (is_inside) {
            const std::size_t before = line.find_first_of("|.");
            const std::size_t end = line.find(' ', before);
            const std::size_t after = line.find_first_of("|.", end);
            REQUIRE(after != std::string_view::npos);
            examples.back().before.emplace_back(line.substr(before, end - before));
            examples.back().after.emplace_back(line.substr(after));
        }
    }
    return examples;
}

class Recorder final : public Observer {
public:
    explicit Recorder(std::size_t population) : population_(population) {}
    bool wants_spikes(std::size_t population) const override { return population == population_; }
    void spikes(std::size_t population, const Window& window) override {
        if (population == population_) append_spikes(train, window, shape);
    }
    SpikeTrain train;

private:
    std::size_t population_;
};

Window window_of(const Rows& rows) {
    SpikeTrain train;
    const auto T = static_cast<Tick>(rows.front().size());
    // In address-event order: (tick, y, x, channel).
    for (Tick t = 0; t < T; ++t) {
        for (const std::int32_t id : {0, 2, 1, 3}) {
            if (rows[static_cast<std::size_t>(id)][static_cast<std::size_t>(t)] != '|') continue;
            train.times.push_back(t);
            train.ids.push_back(id);
        }
    }
    return syncopate::window_of(train, shape, {0, T}, false);
}

/// What an arm makes of spikes: those of a layer that it rearranges, or that neurons of its model take, one from each.
Rows after(const std::string& arm, const Rows& before) {
    LayerGraph graph;
    graph.populations.push_back({.name = "in", .id = 1, .shape = shape, .model = DirectCurrent{}});
    graph.populations.push_back({.name = "a", .id = 2, .shape = shape, .model = IntegrateAndFire{}});
    graph.populations.push_back({.name = "b", .id = 3, .shape = shape, .model = IntegrateAndFire{}});
    graph.populations.push_back({.name = "out", .id = 4, .shape = {4, 1, 1}, .model = ReadOut{}});
    for (std::int32_t p = 0; p < 3; ++p) graph.projections.push_back({.source = p, .target = p + 1, .stages = {}});
    std::size_t observed = 2;
    if (names_neuron_choice(arm)) {
        replace_neurons(graph, 2, parse_neuron_choice(arm));
    } else {
        observed = static_cast<std::size_t>(insert_relay(graph, 1, parse_rearrangement(arm)));
    }
    const auto T = static_cast<Tick>(before.front().size());
    const Simulation simulation(graph, T, 0);
    const Window window = window_of(before);
    const ReplayedSpikes replayed{1, {&window, 1}};
    Recorder recorder(observed);
    RunStatistics statistics = simulation.no_statistics();
    simulation.replay({.index = 0, .label = -1, .values = {}}, {&replayed, 1}, *make_serial_executor(), &recorder,
                      statistics);
    Rows rows(before.size(), std::string(static_cast<std::size_t>(T), '.'));
    for (std::size_t s = 0; s < recorder.train.times.size(); ++s)
        rows[static_cast<std::size_t>(recorder.train.ids[s])][static_cast<std::size_t>(recorder.train.times[s])] = '|';
    return rows;
}

/// The names in a help text such as "a, b[:x], c:N and d, with …".
std::set<std::string> names_in(std::string help) {
    help = help.substr(0, help.find(", with"));
    for (std::size_t at = help.find(" and "); at != std::string::npos; at = help.find(" and "))
        help.replace(at, 5, ", ");
    std::set<std::string> names;
    for (const std::string_view part : split(help, ',')) {
        const std::string_view word = part.substr(part.find_first_not_of(' '));
        names.emplace(word.substr(0, word.find_first_of("[:")));
    }
    return names;
}

}  // namespace

TEST_CASE("terms: the page's rasters are what the rules and neurons do") {
    const std::vector<Example> examples = examples_of(terms_page());
    REQUIRE(examples.size() >= 15);
    for (const Example& example : examples) {
        REQUIRE(example.before.size() == 4);
        std::string truth;
        const Rows rows = after(example.arm, example.before);
        for (std::size_t n = 0; n < rows.size(); ++n) truth += example.before[n] + "   " + rows[n] + "\n";
        INFO("```raster " << example.arm << "\n" << truth << "```");
        CHECK(example.after == rows);
    }
}

TEST_CASE("terms: every arm that `ablate --help` offers has its raster and its section on the page") {
    const std::string page = terms_page();
    std::set<std::string> shown;
    for (const Example& example : examples_of(page)) {
        shown.insert(example.arm);
        shown.insert(example.arm.substr(0, example.arm.find(':')));
    }
    std::set<std::string> offered = names_in(rearrangement_help());
    offered.merge(names_in(neuron_choice_help()));
    CHECK(offered.size() >= 15);
    for (const std::string& name : offered) {
        CAPTURE(name);
        CHECK(shown.count(name) == 1);
        CHECK(page.find("### `" + name) != std::string::npos);
    }
    for (const char* name : {"permute:shared", "permute:channel", "tpp:0.5"}) CHECK(shown.count(name) == 1);
    CHECK(page.find("`permute:all`") != std::string::npos);
}
