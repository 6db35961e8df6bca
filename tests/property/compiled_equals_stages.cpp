#include "neurons/models/bernoulli_rate.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "tests/support/random_network.hpp"
#include "tests/support/reference_simulator.hpp"
#include "topology/compiler/compile.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace syncopate;

namespace {

const std::vector<double>& amplitude_of(const Population& population) {
    static const std::vector<double> one = {1.0};
    const auto* model = population.model.as<IntegrateAndFire>();
    return model == nullptr ? one : model->v_threshold;
}

/// Current that amplitudes of the source cause in the target, in the target's thresholds, straight from the stages.
std::vector<double> deliver_in_double(const LayerGraph& graph, const Projection& projection,
                                      const std::vector<std::int32_t>& amplitudes) {
    const Population& source = graph.populations[projection.source];
    const Population& target = graph.populations[projection.target];
    std::vector<double> values(amplitudes.begin(), amplitudes.end());
    double worth = 1.0;
    if (const auto* encoder = source.model.as<BernoulliRate>()) worth = encoder->maximum;
    const std::vector<double>& theta = amplitude_of(source);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] *= worth * theta[i / (values.size() / theta.size())];
    for (const LinearStage& stage : projection.stages) {
        std::vector<double> next(static_cast<std::size_t>(output_shape(stage).size()), 0.0);
        apply(stage, graph.tensors, values, next);
        values = std::move(next);
    }
    const std::vector<double>& unit = amplitude_of(target);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] /= unit[i / (values.size() / unit.size())];
    return values;
}

}  // namespace

TEST_SUITE("property") {
    TEST_CASE("compiled synapses do what the stages say, within the rounding of their weights") {
        for (std::uint64_t seed = 0; seed < 600; ++seed) {
            CAPTURE(seed);
            const LayerGraph graph = random_network(seed).graph;
            const CompiledNetwork network = compile(graph);
            std::mt19937_64 random(seed);
            for (std::size_t p = 0; p < network.projections.size(); ++p) {
                const CompiledProjection& compiled = network.projections[p];
                // The compiler groups projections by target; find this one's stages by its ends and their order.
                std::size_t before = 0;
                for (std::size_t q = 0; q < p; ++q)
                    before += network.projections[q].target == compiled.target ? 1u : 0u;
                const Projection* projection = nullptr;
                for (const Projection& candidate : graph.projections) {
                    if (candidate.target != compiled.target) continue;
                    if (before-- == 0) {
                        projection = &candidate;
                        break;
                    }
                }
                REQUIRE(projection != nullptr);
                REQUIRE(projection->source == compiled.source);
                std::vector<std::int32_t> amplitudes(static_cast<std::size_t>(
                    graph.populations[static_cast<std::size_t>(compiled.source)].shape.size()));
                for (std::int32_t& a : amplitudes) a = static_cast<std::int32_t>(random() % 3) - 1;
                const std::vector<double> expected = deliver_in_double(graph, *projection, amplitudes);
                const std::vector<Charge> current = deliver_reference(network, compiled, amplitudes);
                const CompiledPopulation& target = network.populations[static_cast<std::size_t>(compiled.target)];
                const double tolerance =
                    std::ldexp(static_cast<double>(amplitudes.size()) * 12.0 + 8.0, -target.fraction_bits);
                for (std::size_t i = 0; i < expected.size(); ++i) {
                    REQUIRE(std::abs(from_charge(current[i], target.fraction_bits) - expected[i]) <= tolerance);
                    REQUIRE(std::abs(current[i]) <= max_current);
                }
            }
        }
    }
}
