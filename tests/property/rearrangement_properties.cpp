#include "core/error.hpp"
#include "neurons/models/bernoulli_rate.hpp"
#include "neurons/models/read_out.hpp"
#include "neurons/models/relay.hpp"
#include "neurons/models/two_phase.hpp"
#include "tests/support/engine_comparison.hpp"
#include "topology/compiler/compile.hpp"
#include "topology/edits.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace syncopate;

namespace {

using Spikes = std::vector<std::vector<std::int32_t>>;  // amplitudes, [local tick][neuron]

/// What a run of a graph gave, by the names of the populations.
struct Outcome {
    std::map<std::string, Spikes> spikes;
    std::vector<Charge> read_out;  // after the last tick
};

Outcome run(const LayerGraph& graph, const std::vector<double>& input, Tick duration, DrawKey key) {
    const CompiledNetwork network = compile(graph);
    const Engine engine(network, {.chunk = 5});
    Workspace workspace = engine.make_workspace();
    DenseRecorder recorder(network, duration);
    const auto serial = make_serial_executor();
    const std::vector<std::int32_t> fixed = to_fixed_input(input);
    engine.run(workspace, {.input = fixed, .duration = duration, .key = key}, *serial, recorder);
    Outcome outcome;
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
        if (network.populations[p].is_read_out()) outcome.read_out = recorder.read_outs[p].back();
        if (network.populations[p].spikes())
            outcome.spikes[network.populations[p].name] = std::move(recorder.amplitudes[p]);
    }
    return outcome;
}

/// T and the key of a random case.
struct Setting {
    Tick duration = 1;
    DrawKey key;
};
Setting random_setting(std::mt19937_64& random) {
    return {static_cast<Tick>(1 + random() % 12), {random(), static_cast<std::uint32_t>(random())}};
}

Rearrangement random_count_preserving_rule(Tick duration, std::mt19937_64& random) {
    std::string order = "order:";
    for (Tick t = 0; t < duration; ++t) order += (t == 0 ? "" : "-") + std::to_string((t + duration / 2) % duration);
    const std::vector<std::string> rules = {
        "permute", "permute:channel", "permute:shared", "permute:fixed", "reverse", "earliest", "latest",
        "even",    "rotate",          "rotate:-50",     "jitter:1.3",    "swap:3",  order};
    return parse_rearrangement(rules[random() % rules.size()]);
}

/// Leaves out projections that go back, and delays, so that every spike arrives.
void remove_delays(LayerGraph& graph) {
    std::erase_if(graph.projections, [](const Projection& p) { return p.source >= p.target; });
    for (Projection& projection : graph.projections) projection.delay = 0;
}

const Population& at(const LayerGraph& graph, PopulationIndex p) { return graph.populations[p]; }

bool only_sums(const NeuronModel& model) {
    return (model.as<TwoPhase>() != nullptr) || (model.as<ReadOut>() != nullptr);
}

/// Whether all that takes the population's spikes only sums its window.
bool is_only_summed(const LayerGraph& graph, PopulationIndex population) {
    return std::ranges::all_of(graph.projections, [&](const Projection& projection) {
        return projection.source != population || only_sums(at(graph, projection.target).model);
    });
}

/// Puts relays behind all populations that spike and lie on no cycle.
template <class ChooseRule>
LayerGraph with_relays(LayerGraph graph, const ChooseRule& choose_rule) {
    const auto count = static_cast<std::int32_t>(graph.populations.size());
    for (std::int32_t p = 0; p < count; ++p) {
        if (!sends_spikes(at(graph, p).model)) continue;
        LayerGraph edited = graph;
        try {
            insert_relay(edited, p, choose_rule());
            window_phases(edited);
        } catch (const Error&) {
            continue;  // on a cycle
        }
        graph = std::move(edited);
    }
    return graph;
}

/// The populations whose spikes can depend on those of `first`, which is one of them.
std::set<std::string> downstream_of(const LayerGraph& graph, PopulationIndex first) {
    std::set<PopulationIndex> reached = {first};
    for (std::size_t before = 0; before != reached.size();) {
        before = reached.size();
        for (const Projection& projection : graph.projections) {
            if (reached.contains(projection.source)) reached.insert(projection.target);
        }
    }
    std::set<std::string> names;
    for (const PopulationIndex p : reached) names.insert(at(graph, p).name);
    return names;
}

bool is_stochastic(const NeuronModel& model) {
    const auto* two_phase = model.as<TwoPhase>();
    return (model.as<BernoulliRate>() != nullptr) ||
           (two_phase != nullptr && two_phase->rule != TwoPhaseRule::deterministic);
}

std::vector<int> counts_of(const Spikes& spikes) {
    std::vector<int> counts(spikes.front().size(), 0);
    for (const auto& tick : spikes) {
        for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += tick[i] != 0 ? 1 : 0;
    }
    return counts;
}

/// Name of the first population whose spikes are not what they were; empty: there is none.
std::string first_changed(const Outcome& before, const Outcome& after, const std::set<std::string>& except = {}) {
    for (const auto& [name, spikes] : before.spikes) {
        if (!except.contains(name) && after.spikes.at(name) != spikes) return name;
    }
    return {};
}

/// A network in which some layers are two-phase and nothing is delayed.
RandomNetwork sum_network(std::uint64_t seed, std::mt19937_64& random) {
    RandomNetwork network = random_network(seed);
    remove_delays(network.graph);
    const std::vector<std::string> models = {"tpp", "accumulate", "memoryless", "tpp:0.5"};
    for (const PopulationIndex p : firing_layers(network.graph)) {
        if (random() % 3 != 0) replace_neurons(network.graph, p, parse_neuron_choice(models[random() % models.size()]));
    }
    return network;
}

}  // namespace

TEST_SUITE("property") {
    TEST_CASE("T7: a relay that keeps counts changes no bit where its spikes are only summed") {
        int relays = 0, moved = 0;
        for (std::uint64_t seed = 0; seed < 300; ++seed) {
            CAPTURE(seed);
            std::mt19937_64 random(seed);
            const RandomNetwork network = sum_network(seed, random);
            const Setting setting = random_setting(random);
            const Outcome plain = run(network.graph, network.input, setting.duration, setting.key);
            LayerGraph edited = network.graph;
            for (std::size_t p = 0; p < network.graph.populations.size(); ++p) {
                const PopulationIndex position = p;
                if (!sends_spikes(at(edited, position).model) || !is_only_summed(edited, position)) continue;
                const PopulationIndex relay =
                    insert_relay(edited, position, random_count_preserving_rule(setting.duration, random));
                CAPTURE(at(edited, relay).name);
                const Outcome outcome = run(edited, network.input, setting.duration, setting.key);
                REQUIRE(outcome.read_out == plain.read_out);
                REQUIRE(first_changed(plain, outcome) == "");
                ++relays;
                if (outcome.spikes.at(at(edited, relay).name) != plain.spikes.at(at(edited, position).name)) ++moved;
            }
        }
        CHECK(relays > 300);
        CHECK(moved > relays / 4);  // the relays did something
    }

    TEST_CASE("a relay that keeps counts can change the outcome where neurons fire tick by tick") {
        int changed = 0;
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            RandomNetwork network = random_network(seed);
            remove_delays(network.graph);
            const Outcome plain = run(network.graph, network.input, 12, {seed, 0});
            const LayerGraph edited = with_relays(network.graph, [] { return parse_rearrangement("latest"); });
            if (run(edited, network.input, 12, {seed, 0}).read_out != plain.read_out) ++changed;
        }
        CHECK(changed > 10);
    }

    TEST_CASE("T8: identity relays behind every layer change no spike and no bit of the read-out") {
        std::size_t relays = 0;
        for (std::uint64_t seed = 0; seed < 300; ++seed) {
            CAPTURE(seed);
            std::mt19937_64 random(seed);
            // Half of the networks have two-phase neurons and relays already.
            const RandomNetwork network = seed % 2 == 0 ? random_network(seed) : random_window_network(seed);
            const Setting setting = random_setting(random);
            const LayerGraph edited = with_relays(network.graph, [] { return Rearrangement{}; });
            relays += edited.populations.size() - network.graph.populations.size();
            const Outcome plain = run(network.graph, network.input, setting.duration, setting.key);
            const Outcome outcome = run(edited, network.input, setting.duration, setting.key);
            REQUIRE(outcome.read_out == plain.read_out);
            REQUIRE(first_changed(plain, outcome) == "");
            for (const auto& [name, spikes] : plain.spikes) {
                const auto relayed = outcome.spikes.find(name + "~identity");
                if (relayed != outcome.spikes.end()) REQUIRE(relayed->second == spikes);
            }
        }
        CHECK(relays > 400);
    }

    TEST_CASE("T8: a relay whose rule keeps counts sends as many spikes of every neuron as it takes") {
        int relays = 0;
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            CAPTURE(seed);
            std::mt19937_64 random(seed);
            const RandomNetwork network = random_network(seed);
            const Setting setting = random_setting(random);
            const LayerGraph edited =
                with_relays(network.graph, [&] { return random_count_preserving_rule(setting.duration, random); });
            const Outcome outcome = run(edited, network.input, setting.duration, setting.key);
            for (const Projection& projection : edited.projections) {
                if (!(at(edited, projection.target).model.as<Relay>() != nullptr)) continue;
                const std::string& name = at(edited, projection.target).name;
                CAPTURE(name);
                REQUIRE(counts_of(outcome.spikes.at(name)) ==
                        counts_of(outcome.spikes.at(at(edited, projection.source).name)));
                ++relays;
            }
        }
        CHECK(relays > 200);
    }

    TEST_CASE("an order for another number of ticks is refused when the network runs on threads or none") {
        RandomNetwork network = random_network(1);
        remove_delays(network.graph);
        network.graph = with_relays(network.graph, [] { return parse_rearrangement("order:2-0-1"); });
        const CompiledNetwork compiled = compile(network.graph);
        const std::vector<std::int32_t> input = to_fixed_input(network.input);
        const Engine engine(compiled, {.plan = {.band_bytes = 64}});
        for (const int threads : {1, 3}) {
            const auto executor = make_thread_executor(threads);
            Workspace workspace = engine.make_workspace(threads);
            Observer observer;
            CHECK_THROWS_WITH_AS(engine.run(workspace, {.input = input, .duration = 4, .key = {}}, *executor, observer),
                                 "rearrangement \"order:2-0-1\" is an order of 3 ticks, but the window has 4",
                                 UsageError);
            CHECK_NOTHROW(engine.run(workspace, {.input = input, .duration = 3, .key = {}}, *executor, observer));
        }
    }

    TEST_CASE("drop never adds and insert never takes a spike") {
        for (std::uint64_t seed = 0; seed < 100; ++seed) {
            CAPTURE(seed);
            std::mt19937_64 random(seed);
            const RandomNetwork network = random_network(seed);
            const Setting setting = random_setting(random);
            const bool drops = seed % 2 == 0;
            const LayerGraph edited =
                with_relays(network.graph, [&] { return parse_rearrangement(drops ? "drop:0.4" : "insert:0.4"); });
            const Outcome outcome = run(edited, network.input, setting.duration, setting.key);
            for (const auto& [name, spikes] : outcome.spikes) {
                const auto relayed = outcome.spikes.find(name + (drops ? "~drop:0.4" : "~insert:0.4"));
                if (relayed == outcome.spikes.end()) continue;
                for (std::size_t t = 0; t < spikes.size(); ++t) {
                    for (std::size_t i = 0; i < spikes[t].size(); ++i) {
                        const std::int32_t before = spikes[t][i], after = relayed->second[t][i];
                        REQUIRE((after == before || (drops ? after == 0 : before == 0 && after == 1)));
                    }
                }
            }
        }
    }

    TEST_CASE("an edit of one population moves no draw of any that does not depend on it") {
        int compared = 0;
        const std::vector<std::string> models = {"tpp", "accumulate", "memoryless", "if", "tpp:0.7"};
        for (std::uint64_t seed = 0; seed < 300; ++seed) {
            CAPTURE(seed);
            std::mt19937_64 random(seed);
            const RandomNetwork network = random_window_network(seed);
            const Setting setting = random_setting(random);
            const std::vector<PopulationIndex> layers = firing_layers(network.graph);
            if (layers.empty()) continue;
            const PopulationIndex p = layers[random() % layers.size()];
            LayerGraph edited = network.graph;
            try {
                if (random() % 2 == 0) {
                    replace_neurons(edited, p, parse_neuron_choice(models[random() % models.size()]));
                } else {
                    insert_relay(edited, p, random_count_preserving_rule(setting.duration, random));
                }
                validate(edited);
            } catch (const Error&) {
                continue;  // on a cycle, or the relay is there already
            }
            const Outcome plain = run(network.graph, network.input, setting.duration, setting.key);
            const Outcome outcome = run(edited, network.input, setting.duration, setting.key);
            const std::set<std::string> dependent = downstream_of(network.graph, p);
            REQUIRE(first_changed(plain, outcome, dependent) == "");
            for (const Population& population : network.graph.populations)
                compared += is_stochastic(population.model) && !dependent.contains(population.name) ? 1 : 0;
        }
        CHECK(compared > 50);
    }
}
