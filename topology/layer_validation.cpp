#include "core/error.hpp"
#include "core/index.hpp"
#include "core/number_text.hpp"
#include "topology/layer_graph.hpp"
#include "topology/pool_validation.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace syncopate {

namespace {

[[noreturn]] void fail(const std::string& where, const std::string& what) { throw Error(where + ": " + what); }

/// Holds every parameter of a model against its range.
class RangeCheck final : public ParameterVisitor {
public:
    RangeCheck(const Population& population, const std::string& where) : population_(population), where_(where) {}

    void number(const ParameterInfo& info, double& value) override { check(info, value); }
    void number(const ParameterInfo& info, std::optional<double>& value) override {
        if (value) check(info, *value);
    }
    void numbers(const ParameterInfo& info, std::vector<double>& values) override {
        const auto count = static_cast<std::int64_t>(values.size());
        if (count != 1 && count != population_.shape.channels) {
            fail(where_, std::string(info.name) + " has " + std::to_string(count) + " values, must have 1 or " +
                             std::to_string(population_.shape.channels) + " (one a channel)");
        }
        for (const double value : values) check(info, value);
    }
    void whole(const ParameterInfo& info, std::int32_t& value) override { check(info, value); }
    void choice(const ParameterInfo&, std::span<const std::string_view>, std::size_t&) override {}
    void rule(const ParameterInfo&, Rearrangement&) override {}

private:
    void check(const ParameterInfo& info, double value) const {
        if (!info.allows(value))
            fail(where_, std::string(info.name) + " " + number_text(value) + ", must be " + info.range());
    }

    const Population& population_;
    const std::string& where_;
};

void check_model(const Population& population, const std::string& where) {
    if (!population.model.info().takes_bias && (!population.bias.empty() || population.tick_bias))
        fail(where, std::string(phrase_of(population.model.role())) + " takes no bias");
    RangeCheck check(population, where);
    population.model.show(check);
    if (const auto complaint = population.model.complaint()) fail(where, *complaint);
    if (population.model.pool_window() != nullptr) check_pool_window(population, where);
}

void check_tick_bias(const TickBias& bias, const Shape& shape, const std::string& where) {
    if (bias.T < 1) fail(where, "the tick bias was made for T = " + std::to_string(bias.T) + ", must be at least 1");
    const std::int64_t wanted = std::int64_t{bias.T} * shape.channels;
    if (std::ssize(bias.values) != wanted) {
        fail(where, "the tick bias has " + std::to_string(bias.values.size()) + " values, must have " +
                        std::to_string(wanted) + " (T = " + std::to_string(bias.T) + " ticks, " +
                        std::to_string(shape.channels) + " channels)");
    }
    for (std::size_t i = 0; i < bias.values.size(); ++i) {
        if (!std::isfinite(bias.values[i])) {
            fail(where, "the tick bias of tick " + std::to_string(i / to_size(shape.channels)) + ", channel " +
                            std::to_string(i % to_size(shape.channels)) + " is not finite");
        }
    }
}

void check_population(const Population& population, const std::string& where) {
    if (population.name.empty()) fail(where, "the name is empty");
    const Shape& shape = population.shape;
    // The area before the size: three extents of nearly 2^31 would overflow 64 bits in size() and could come out small,
    // but not once the area is known to be at most 2^30.
    if (shape.channels < 1 || shape.height < 1 || shape.width < 1 || shape.area() > (1 << 30) ||
        shape.size() > (1 << 30)) {
        fail(where,
             "shape " + to_string(shape) + ", each extent must be at least 1 and the whole at most 2^30 neurons");
    }
    // With 24 bits, what a tick may bring (max_current) is 64 thresholds; every bit more would halve that. With none, a
    // weight could only be a whole number of thresholds.
    if (population.fraction_bits < 1 || population.fraction_bits > 24) {
        fail(where, "fraction_bits " + std::to_string(population.fraction_bits) + ", must be between 1 and 24");
    }
    const auto count = static_cast<std::int64_t>(population.bias.size());
    if (count != 0 && count != shape.channels && count != shape.size()) {
        fail(where, "bias has " + std::to_string(count) + " values, must have none, " + std::to_string(shape.channels) +
                        " (one a channel) or " + std::to_string(shape.size()) + " (one a neuron)");
    }
    // The compiler's bounds would not notice a NaN, with which every comparison is false, and converting one to an
    // integer is undefined.
    for (const double b : population.bias) {
        if (!std::isfinite(b)) fail(where, "the bias holds a value that is not finite");
    }
    if (population.tick_bias) check_tick_bias(*population.tick_bias, shape, where);
    const auto* relu = std::get_if<AnnRelu>(&population.activation);
    const auto* step = std::get_if<AnnStep>(&population.activation);
    const auto values = relu != nullptr ? relu->cap.size() : step != nullptr ? step->threshold.size() : 1;
    if (values != 1 && static_cast<std::int64_t>(values) != shape.channels) {
        fail(where, "activation has " + std::to_string(values) + " values, must have 1 or " +
                        std::to_string(shape.channels) + " (one a channel)");
    }
    check_model(population, where);
}

void check_relayed(const Projection& projection, const Population& source, const Population& target,
                   const std::string& where) {
    if (!sends_spikes(source.model))
        fail(where, "\"" + source.name + "\" sends no spikes that the relay \"" + target.name + "\" could pass on");
    if (projection.delay != 0 || !projection.stages.empty() || !(source.shape == target.shape)) {
        fail(where, "the relay \"" + target.name +
                        "\" takes the spikes of its source as they are: no delay, no stages, the same shape");
    }
}

void check_projection(const LayerGraph& graph, const Projection& projection, const std::string& where) {
    const std::size_t count = graph.populations.size();
    if (projection.source >= count) fail(where, "no such source population");
    if (projection.target >= count) fail(where, "no such target population");
    const Population& source = graph.populations[projection.source];
    const Population& target = graph.populations[projection.target];
    if (is_input(target.model)) fail(where, "\"" + target.name + "\" is an input and takes no projection");
    if (source.model.role() == PopulationRole::read_out)
        fail(where, "\"" + source.name + "\" is a read-out and sends no spikes");
    if (target.model.role() == PopulationRole::relay) check_relayed(projection, source, target, where);
    if (target.model.role() == PopulationRole::pooling) check_pooled(graph, projection, where);
    // The window of a run has at most 2^20 ticks, so a spike that is delayed by more would never arrive, and a tick
    // plus a delay stays far below 2^31.
    if (projection.delay < 0 || projection.delay > (1 << 20)) {
        fail(where, "delay " + std::to_string(projection.delay) + ", must be between 0 and 2^20 ticks");
    }
    // The engine adds a constant current to the bias, once for the whole window (set_constant_current); ticks in which
    // it has not come yet have no place there.
    if (source.model.role() == PopulationRole::constant_current && projection.delay != 0) {
        fail(where, "delay " + std::to_string(projection.delay) +
                        " from the analogue input; a constant current takes no delay, use 0");
    }
    if (source.model.role() == PopulationRole::linear && projection.delay != 0) {
        fail(where, "delay " + std::to_string(projection.delay) +
                        " from a linear population, which hands its sum on within the tick; use 0, and delay what "
                        "it receives");
    }
    // Only numbers of elements must agree from stage to stage. Flat indices are row-major in every shape, so a
    // flattening between two stages moves nothing and is not written down. A stage is validated before its sizes are
    // asked, which its own check keeps from overflowing.
    Shape shape = source.shape;
    for (std::size_t s = 0; s < projection.stages.size(); ++s) {
        const std::string stage_where = where + ".stages[" + std::to_string(s) + "]";
        validate(projection.stages[s], graph.tensors, stage_where);
        if (input_shape(projection.stages[s]).size() != shape.size()) {
            fail(stage_where,
                 "takes " + to_string(input_shape(projection.stages[s])) + " but receives " + to_string(shape));
        }
        shape = output_shape(projection.stages[s]);
    }
    const PoolWindow* const window = target.model.pool_window();
    const Shape taken = window != nullptr ? window->input(target.shape) : target.shape;
    if (shape.size() != taken.size()) {
        fail(where, "gives " + to_string(shape) + " but \"" + target.name +
                        (window != nullptr ? "\" takes an input of " : "\" has shape ") + to_string(taken));
    }
}

void check_preprocessing(const Preprocessing& preprocessing, const Shape& input) {
    const auto check_list = [&](const std::vector<double>& values, const char* name, bool positive) {
        const std::string where = std::string("preprocessing.") + name;
        if (!values.empty() && static_cast<std::int32_t>(values.size()) != input.channels) {
            fail(where, std::to_string(values.size()) + " values for " + std::to_string(input.channels) + " channels");
        }
        for (const double v : values) {
            if (!std::isfinite(v)) fail(where, "holds a value that is not finite");
            if (positive && !(v > 0.0)) fail(where, std::to_string(v) + ", must be greater than 0");
        }
    };
    check_list(preprocessing.mean, "mean", false);
    check_list(preprocessing.std, "std", true);
    if (!(preprocessing.scale > 0.0) || !std::isfinite(preprocessing.scale))
        fail("preprocessing.scale", std::to_string(preprocessing.scale) + ", must be finite and greater than 0");
    if (preprocessing.resize && preprocessing.shorter_side)
        fail("preprocessing", "states resize and shorter_side; one is possible");
    const auto check_side = [&](std::int32_t side, const char* name) {
        if (side < 1 || side > (1 << 16))
            fail(std::string("preprocessing.") + name, std::to_string(side) + ", must be between 1 and 65536");
    };
    if (preprocessing.shorter_side) check_side(*preprocessing.shorter_side, "shorter_side");
    if (preprocessing.center_crop) {
        check_side(preprocessing.center_crop->height, "center_crop");
        check_side(preprocessing.center_crop->width, "center_crop");
    }
}

}  // namespace

void validate(const LayerGraph& graph) {
    // The order of the checks matters: populations come first, then projections, which read their shapes, and order and
    // phases last, which take projections between existing populations for granted and are called for their exceptions
    // only.
    std::set<std::string> names;
    std::map<std::uint32_t, std::string> ids;
    const Population* input = nullptr;
    for (std::size_t p = 0; p < graph.populations.size(); ++p) {
        const Population& population = graph.populations[p];
        const std::string where =
            "populations[" + std::to_string(p) + "]" + (population.name.empty() ? "" : " \"" + population.name + "\"");
        check_population(population, where);
        if (!names.insert(population.name).second) fail(where, "the name is used twice");
        const auto [other, is_new] = ids.emplace(population.id, population.name);
        // The id keys the random draws: two populations that share one would draw the same numbers.
        if (!is_new) fail(where, "id " + std::to_string(population.id) + " is also that of \"" + other->second + "\"");
        if (!is_input(population.model)) continue;
        if (input != nullptr) fail(where, "is a second input beside \"" + input->name + "\"; one is possible");
        input = &population;
    }
    if (input == nullptr) fail("populations", "there is no input (direct_current or bernoulli_rate)");
    for (std::size_t p = 0; p < graph.projections.size(); ++p) {
        check_projection(graph, graph.projections[p], "projections[" + std::to_string(p) + "]");
    }
    for (std::size_t p = 0; p < graph.populations.size(); ++p) {
        if (graph.populations[p].model.role() != PopulationRole::relay) continue;
        // The compiler follows a relay to its one source without a look (origin_of). No projection would leave it
        // nothing to follow, and with two it would not be said whose worth its spikes have.
        const auto incoming = std::ranges::count(graph.projections, PopulationIndex(p), &Projection::target);
        if (incoming != 1) {
            fail("populations[" + std::to_string(p) + "] \"" + graph.populations[p].name + "\"",
                 "a relay has one source, here are " + std::to_string(incoming) + " projections into it");
        }
    }
    check_preprocessing(graph.preprocessing, input->shape);
    topological_order(graph);
    window_phases(graph);
    for (std::size_t p = 0; p < graph.populations.size(); ++p) {
        if (graph.populations[p].model.role() == PopulationRole::pooling) check_pool_inputs(graph, p);
    }
}

}  // namespace syncopate
