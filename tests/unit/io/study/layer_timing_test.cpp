#include "io/study/layer_timing.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/two_phase.hpp"
#include "tests/support/lone_population.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <variant>

using namespace syncopate;

namespace {

constexpr Charge theta = 1 << 16;

CompiledPopulation neurons(std::int32_t count, const NeuronModel& model) {
    CompiledPopulation population = lone_population(model, 16, {count, 1, 1});
    population.v_threshold = {2.0};
    return population;
}

LayerDetail residuals(const CompiledPopulation& layer, Tick T, const std::vector<std::int32_t>& counts,
                      const std::vector<Charge>& potentials) {
    LayerTiming timing(T);
    timing.add_residuals(layer, {}, counts, potentials);
    return timing.detail("layer");
}

/// The same for neurons in the place of an activation.
LayerDetail residuals_of(const std::variant<std::monostate, AnnRelu, AnnStep>& activation, Charge received) {
    const CompiledPopulation layer = neurons(1, IntegrateAndFire{.v_init = 0.0});
    Population population;
    population.activation = activation;
    LayerTiming timing(4);
    const auto sent = static_cast<std::int32_t>(std::clamp<Charge>(received / theta, 0, 4));
    timing.add_residuals(layer, activation_caps(population, layer, 4), std::array{sent},
                         std::array{received - sent * theta});
    return timing.detail("layer");
}

}  // namespace

TEST_CASE("unevenness is what the counts miss of the closed form: the vectors of METHODS.md, Integrate-and-fire") {
    const CompiledPopulation layer = neurons(1, IntegrateAndFire{});
    // [0,0,0,2] gives one spike and v = 1.5, two are due: −1 of 4.
    LayerDetail detail = residuals(layer, 4, {1}, {theta * 3 / 2});
    CHECK(detail.unevenness.mean == -0.25);
    CHECK(detail.quantisation.mean == 0.0);
    CHECK(detail.clipping.mean == 0.0);
    CHECK(detail.residual_high == 1);
    // [2,1,0,−3] gives three and v = −2.5, none is due.
    detail = residuals(layer, 4, {3}, {-theta * 5 / 2});
    CHECK(detail.unevenness.mean == 0.75);
    CHECK(detail.residual_low == 1);
    CHECK(detail.total.mean == 0.75);
}

TEST_CASE("clipping is beyond T thresholds, quantisation below one, and the parts add up to the total") {
    const CompiledPopulation layer = neurons(3, IntegrateAndFire{});
    // Received: 6 (4 spikes), 0.25 (none), 1.75 (2 spikes, v = 0.25).
    const LayerDetail detail = residuals(layer, 4, {4, 0, 2}, {theta * 5 / 2, theta * 3 / 4, theta / 4});
    CHECK(detail.clipping.mean == -2.0 / 12);
    CHECK(detail.quantisation.mean == 0.0);  // −0.25 and +0.25
    CHECK(detail.quantisation.mean_magnitude == 0.5 / 12);
    CHECK(detail.unevenness.mean_magnitude == 0.0);
    CHECK(detail.total.mean == -2.0 / 12);
    CHECK(detail.total.mean_magnitude == 2.5 / 12);
}

TEST_CASE(
    "where the ANN's activation clips as well, nothing is lost by clipping, and beyond its cap all that it lacks") {
    // θ is 2, so 6 thresholds in 4 ticks are z = 3.
    CHECK(residuals_of(AnnRelu{}, 6 * theta).clipping.mean == -2.0 / 4);
    CHECK(residuals_of(AnnStep{.threshold = {2.0}, .levels = 8}, 6 * theta).clipping.mean == 0.0);
    CHECK(residuals_of(AnnStep{.threshold = {2.0}, .levels = 8}, 6 * theta).total.mean == 0.0);
    CHECK(residuals_of(AnnRelu{{2.5}}, 6 * theta).clipping.mean == -1.0 / 4);  // the ANN gives 5 thresholds of 4
    CHECK(residuals_of(AnnRelu{{1e300}}, 6 * theta).clipping.mean == -2.0 / 4);
    CHECK(residuals_of({}, -6 * theta).clipping.mean == 0.0);
}

TEST_CASE("two-phase neurons are measured against rounding, and memoryless ones keep their potential") {
    const CompiledPopulation tpp = neurons(1, TwoPhase{});
    // u = 1.25 sent 2 spikes: one too many beside ⌊u + ½⌋ = 1.
    LayerDetail detail = residuals(tpp, 4, {2}, {-theta * 3 / 4});
    CHECK(detail.unevenness.mean == 0.25);
    CHECK(detail.quantisation.mean == -0.25 / 4);
    const CompiledPopulation memoryless = neurons(1, TwoPhase{.rule = TwoPhaseRule::memoryless});
    detail = residuals(memoryless, 4, {2}, {theta * 5 / 4});
    CHECK(detail.unevenness.mean == 0.25);
    CHECK(detail.residual_low == 1);
}

TEST_CASE("neurons with reset to a value conserve nothing and are not decomposed") {
    const CompiledPopulation layer = neurons(1, IntegrateAndFire{.v_reset = 0.0});
    CHECK(!residuals(layer, 4, {2}, {0}).has_residual);
}

TEST_CASE("offset spikes are counted against the rounded activation of the ANN") {
    const CompiledPopulation layer = neurons(4, IntegrateAndFire{.v_init = 0.0});
    LayerTiming timing(4);
    // Activations in units of θ = 2: 0, 0, 1 spike due (0.5), 4 due (clipped from 5).
    timing.add_ann(layer, std::array{0, 1, 0, 4}, std::array{0.0f, 0.0f, 0.5f, 10.0f});
    const LayerDetail detail = timing.detail("layer");
    CHECK(detail.offset == std::vector<std::int64_t>{0, 0, 0, 1, 2, 1, 0, 0, 0});
    CHECK(detail.ann_silent == 2);
    CHECK(detail.false_spiking == 1);
    CHECK(detail.missed == 1);
}

TEST_CASE("first spikes and centroids are of neurons that spike, in local ticks") {
    NeuronTimes times(3);
    times.count = {2, 0, 1};
    times.first = {1, 0, 3};
    times.sum = {4, 0, 3};
    LayerTiming timing(4), other(4);
    timing.add_times(times, std::array<std::int64_t, 4>{0, 1, 0, 2});
    other.merge(timing);
    const LayerDetail detail = other.detail("layer");
    CHECK(detail.silent == 1);
    CHECK(detail.first_spike == std::vector<std::int64_t>{0, 1, 0, 1});
    CHECK(detail.centroid == std::vector<std::int64_t>{0, 0, 1, 1});
    CHECK(detail.mean_first_spike == 2.0);
    CHECK(detail.mean_centroid == 2.5);
    CHECK(detail.spikes_by_tick == std::vector<std::int64_t>{0, 1, 0, 2});
}
