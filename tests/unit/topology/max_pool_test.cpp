// Pooling layers in a network: what they send, and what is refused.
#include "neurons/models/max_pool.hpp"
#include "core/engine/engine.hpp"
#include "core/error.hpp"
#include "neurons/models/bernoulli_rate.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/linear.hpp"
#include "neurons/models/read_out.hpp"
#include "neurons/models/two_phase.hpp"
#include "tests/support/plain_graph.hpp"
#include "tests/support/window_keeper.hpp"
#include "topology/compiler/compile.hpp"
#include "topology/edits.hpp"
#include "topology/fan_out.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace syncopate;

namespace {

constexpr PoolWindow both = {.input_height = 1, .input_width = 2, .kernel_height = 1, .kernel_width = 2};

/// input → a, two neurons beside each other → pool, one neuron that sees both → out.
struct Pooled {
    LayerGraph graph;
    std::int32_t input = add_plain(graph, "input", DirectCurrent{});
    std::int32_t a = add_plain(graph, "a", IntegrateAndFire{}, {input});
    std::int32_t pool = add_plain(graph, "pool", MaxPool{MaxPoolRule::counts, both}, {a});
    std::int32_t out = add_plain(graph, "out", ReadOut{}, {pool});

    Pooled() {
        for (Population& population : graph.populations) population.shape = {1, 1, 2};
        population(pool).shape = population(out).shape = {1, 1, 1};
    }
    Population& population(std::int32_t p) { return graph.populations[static_cast<std::size_t>(p)]; }
    void set_rule(MaxPoolRule rule) { population(pool).model = MaxPool{rule, both}; }
};

/// A window of `a`: [tick][neuron].
Window window_of(const std::vector<std::vector<std::int32_t>>& trains, bool has_amplitudes) {
    RowTrains rows;
    rows.clear();
    for (std::size_t i = 0; i < trains.front().size(); ++i) {
        for (std::size_t t = 0; t < trains.size(); ++t) {
            if (trains[t][i] == 0) continue;
            rows.ticks.push_back(static_cast<Tick>(t));
            if (has_amplitudes) rows.amplitudes.push_back(trains[t][i]);
        }
        rows.close_position();
    }
    OpenWindow open(1, has_amplitudes);
    open.split(std::array<std::int32_t, 2>{0, 1});
    const auto duration = static_cast<Tick>(trains.size());
    open.open({0, duration});
    emit_rows(std::span(&rows, 1), 0, duration, 0, open);
    return open.seal();
}

/// What the pool sends when `a` sends these, and what the probe of it says.
struct Outcome {
    std::vector<std::int32_t> sent;
    NeuronTrace trace;
};
Outcome outcome_of(Pooled& network, const std::vector<std::vector<std::int32_t>>& trains, bool has_amplitudes = false) {
    CompiledNetwork compiled = compile(network.graph);
    compiled.populations[static_cast<std::size_t>(network.pool)].has_amplitudes = has_amplitudes;
    const Engine engine(compiled);
    const auto duration = static_cast<Tick>(trains.size());
    const Window given = window_of(trains, has_amplitudes);
    const ReplayedSpikes replayed{static_cast<std::size_t>(network.a), std::span(&given, 1)};
    const auto serial = make_serial_executor();
    const std::vector<std::int32_t> input = to_fixed_input(std::vector{0.0, 0.0});
    PopulationProbe probe{static_cast<std::size_t>(network.pool), {NeuronTrace{0, {}, {}, {}, {}}}};
    Workspace workspace = engine.make_workspace();
    WindowKeeper kept(compiled.populations.size());
    engine.run(workspace,
               {.input = input,
                .duration = duration,
                .key = {1, 0},
                .probes = std::span(&probe, 1),
                .replayed = std::span(&replayed, 1)},
               *serial, kept);
    Outcome outcome{std::vector<std::int32_t>(trains.size(), 0), probe.traces[0]};
    for (const Window& window : kept.windows[static_cast<std::size_t>(network.pool)]) {
        for (Tick tick = window.ticks().begin; tick < window.ticks().end; ++tick) {
            const Window::Row row = window.row(tick, 0);
            if (!row.positions.empty())
                outcome.sent[static_cast<std::size_t>(tick)] = row.amplitudes.empty() ? 1 : row.amplitudes[0];
        }
    }
    return outcome;
}

const std::vector<std::vector<std::int32_t>> alternating = {{1, 0}, {0, 1}, {1, 0}, {0, 1}, {0, 1}, {0, 0}};

}  // namespace

TEST_CASE("a pooling layer sends by its rule, and its probe says what each input has sent and who leads") {
    Pooled network;
    const Outcome counts = outcome_of(network, alternating);
    CHECK(counts.sent == std::vector<std::int32_t>{1, 0, 1, 0, 1, 0});
    CHECK(counts.trace.spikes == counts.sent);
    CHECK(counts.trace.inputs == std::vector<std::int32_t>{0, 1});
    CHECK(counts.trace.sums == std::vector<std::vector<std::int64_t>>{{1, 0}, {1, 1}, {2, 1}, {2, 2}, {2, 3}, {2, 3}});
    CHECK(counts.trace.winners == std::vector<std::int32_t>{0, 1, 0, 1, 1, 1});
    CHECK(counts.trace.potential == std::vector<double>{1, 1, 2, 2, 3, 3});
    CHECK(counts.trace.current == std::vector<double>{1, 1, 1, 1, 1, 0});
    network.set_rule(MaxPoolRule::gate);
    const Outcome gate = outcome_of(network, alternating);
    CHECK(gate.sent == std::vector<std::int32_t>{1, 1, 1, 1, 1, 0});
    CHECK(gate.trace.spikes == gate.sent);
}

TEST_CASE("a pooling layer counts amplitudes") {
    Pooled network;
    CHECK(outcome_of(network, {{3, 2}, {0, 2}, {0, 1}}, true).sent == std::vector<std::int32_t>{3, 1, 1});
    network.set_rule(MaxPoolRule::gate);
    CHECK(outcome_of(network, {{3, 2}, {0, 2}, {0, 1}}, true).sent == std::vector<std::int32_t>{3, 2, 1});
}

TEST_CASE("of equal inputs that are silent, the first leads") {
    Pooled network;
    CHECK(outcome_of(network, {{0, 0}, {1, 1}, {0, 0}}).trace.winners == std::vector<std::int32_t>{0, 0, 0});
}

TEST_CASE("spikes of a pooling layer are worth what those of its inputs are, and cost nothing before it") {
    Pooled network;
    network.population(network.a).model = IntegrateAndFire{.v_threshold = {0.25}};
    network.graph.projections[2].stages = {Scale{{1, 1, 1}, {3.0}}};
    const CompiledNetwork compiled = compile(network.graph);
    CHECK(compiled.populations[2].v_threshold == std::vector<double>{0.25});
    CHECK(compiled.projections[1].synapses == nullptr);
    CHECK(from_charge(compiled.populations[3].worst_current, compiled.populations[3].fraction_bits) ==
          doctest::Approx(0.75));
    const auto operations = fan_outs(network.graph);
    CHECK(operations[1] == std::vector<std::int64_t>{0, 0});
    CHECK(operations[2] == std::vector<std::int64_t>{1});
}

TEST_CASE("a pooling layer behind a relay takes the rearranged spikes, and a relay behind it rearranges its own") {
    Pooled network;
    insert_relay(network.graph, network.a, parse_rearrangement("reverse"));
    insert_relay(network.graph, network.pool, parse_rearrangement("reverse"));
    const CompiledNetwork compiled = compile(network.graph);
    CHECK(compiled.populations[2].phase == 1);
    CHECK(compiled.populations[3].phase == 2);
    CHECK(spiking_layers(network.graph) == std::vector<PopulationIndex>{1, 2});
    CHECK(firing_layers(network.graph) == std::vector<PopulationIndex>{1});
}

TEST_CASE("behind pooling by counts, a layer that accumulates takes the largest count in one delivery") {
    Pooled network;
    network.graph.populations.insert(network.graph.populations.end() - 1,
                                     {.name = "b", .id = 77, .shape = {1, 1, 1}, .model = TwoPhase{}});
    network.graph.projections[2].target = 3;
    network.graph.projections.push_back({3, 4, 0, {}});
    const CompiledNetwork compiled = compile(network.graph);
    const EnginePlan plan = plan_engine(compiled, {});
    CHECK(plan.populations[2].is_coalesced);
    CHECK(plan.populations[1].is_counted);
    network.set_rule(MaxPoolRule::gate);
    CHECK_FALSE(plan_engine(compile(network.graph), {}).populations[2].is_coalesced);
}

TEST_CASE("what a pooling layer cannot take is refused by name") {
    const auto refusal = [](Pooled& network) -> std::string {
        try {
            validate(network.graph);
        } catch (const Error& error) {
            return error.what();
        }
        return "taken";
    };
    const auto says = [&](Pooled& network, const char* part) {
        const std::string text = refusal(network);
        CAPTURE(text);
        CHECK(text.find(part) != std::string::npos);
    };
    Pooled valid;
    CHECK(refusal(valid) == "taken");
    Pooled analogue;
    analogue.graph.projections[1].source = analogue.input;
    says(analogue, "projections[1]: \"input\" is an input and sends no spikes, of which the pooling layer \"pool\"");
    Pooled values;
    values.population(values.a).model = Linear{};
    says(values, "\"a\" is a linear population and sends no spikes");
    Pooled negative;
    negative.population(negative.input).model = BernoulliRate{1.0};
    negative.graph.projections[1].source = negative.input;
    says(negative, "population \"pool\": \"input\" sends spikes of amplitude -1");
    Pooled weighted;
    weighted.graph.projections[1].stages = {Scale{{1, 1, 2}, {2.0}}};
    says(weighted, "projections[1]: the pooling layer \"pool\" compares spikes, and a scale would weight or sum them");
    Pooled twice;
    twice.graph.projections.push_back({twice.a, twice.pool, 0, {}});
    says(twice, "population \"pool\": two neurons send to its input 0");
    Pooled alone;
    alone.graph.projections[1].target = alone.out;
    alone.graph.projections[1].stages = {Gather{{1, 1, 2}, {1, 1, 1}, {0}}};
    says(alone, "population \"pool\": a pooling layer needs a projection into it");
    Pooled cycle;
    cycle.graph.projections.push_back({cycle.pool, cycle.a, 1, {Gather{{1, 1, 1}, {1, 1, 2}, {0, 0}}}});
    says(cycle, "population \"pool\" is a pooling layer and lies on a cycle");
    Pooled padded;
    PoolWindow beyond = both;
    beyond.pad_left = 2;
    padded.population(padded.pool).model = MaxPool{MaxPoolRule::counts, beyond};
    says(padded, "\"pool\": a pooling window lies wholly in the padding");
    Pooled large;
    PoolWindow everything = both;
    everything.input_height = everything.kernel_height = everything.pad_top = 1 << 20;
    large.population(large.pool).model = MaxPool{MaxPoolRule::counts, everything};
    large.population(large.pool).shape = {1, 1 << 20, 1};
    says(large, "\"pool\": the windows of the rows together see more than 2^26 positions");
    Pooled small;
    small.graph.projections[1].stages = {Gather{{1, 1, 2}, {1, 1, 1}, {0}}};
    says(small, "gives 1x1x1 but \"pool\" takes an input of 1x1x2");
}

TEST_CASE("spikes that are worth different amounts cannot be compared, and the message says what to do") {
    Pooled network;
    network.population(network.a).shape = {2, 1, 1};
    network.population(network.a).model = IntegrateAndFire{.v_threshold = {0.5, 1.0}};
    CHECK_THROWS_WITH_AS(validate(network.graph),
                         "population \"pool\": the spikes that reach its channel 0 are worth 0.5 and 1, so the larger "
                         "count is not the larger value; give the channels that it compares one threshold (convert "
                         "without --per-channel)",
                         RefusedError);
}
