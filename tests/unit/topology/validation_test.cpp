#include "core/error.hpp"
#include "neurons/models/bernoulli_rate.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/read_out.hpp"
#include "tests/support/plain_graph.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>

using namespace syncopate;

namespace {

/// What validation says of input → a → out after a change.
std::string complaint(const NeuronModel& input, const std::function<void(LayerGraph&)>& change) {
    LayerGraph graph;
    const std::int32_t in = add_plain(graph, "input", input);
    const std::int32_t a = add_plain(graph, "a", IntegrateAndFire{}, {in});
    add_plain(graph, "out", ReadOut{}, {a});
    change(graph);
    try {
        validate(graph);
    } catch (const Error& error) {
        return error.what();
    }
    return "is valid";
}

std::string with_reset(double v_reset) {
    return complaint(DirectCurrent{},
                     [&](LayerGraph& graph) { graph.populations[1].model = IntegrateAndFire{.v_reset = v_reset}; });
}

std::string with_bias(double bias) {
    return complaint(DirectCurrent{}, [&](LayerGraph& graph) { graph.populations[1].bias = {0.0, bias}; });
}

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("v_reset lies within 64 thresholds on either side, and is a number") {
    CHECK(with_reset(64.0) == "is valid");
    CHECK(with_reset(-64.0) == "is valid");
    const std::string range = ", must be between -64 and 64 thresholds";
    CHECK(with_reset(64.5) == "populations[1] \"a\": v_reset 64.5" + range);
    CHECK(with_reset(-64.5) == "populations[1] \"a\": v_reset -64.5" + range);
    CHECK(with_reset(std::nan("")) == "populations[1] \"a\": v_reset nan" + range);
    CHECK(with_reset(infinity) == "populations[1] \"a\": v_reset inf" + range);
}

TEST_CASE("a stage whose positions would leave 32 bits is refused") {
    const auto with_stage = [](const LinearStage& stage) {
        return complaint(DirectCurrent{}, [&](LayerGraph& graph) {
            graph.tensors = {{"w", {2, 2, 1, 1}, {1.0F, 0.0F, 0.0F, 1.0F}}};
            graph.projections[1].stages = {stage};
        });
    };
    const std::string refused = "projections[1].stages[0]: kernel, stride, dilation or pad is too large";
    const Shape shape = {2, 1, 1};
    constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
    Convolution convolution{shape, shape, {}, {}, {}, {0, 0}, 1, TensorId{0}};
    CHECK(with_stage(convolution) == "is valid");
    convolution.pad = {most, 0};
    CHECK(with_stage(convolution) == refused);
    AveragePool pool{shape, shape, {1, 1}, {1, 1}, {0, 0}, {0, 0}, false};
    CHECK(with_stage(pool) == "is valid");
    pool.pad_end = {0, most};
    CHECK(with_stage(pool) == refused);
    pool.pad_end = {0, 0};
    pool.kernel = {1 << 16, 1 << 16};
    CHECK(with_stage(pool) == refused);
}

TEST_CASE("a bias is finite") {
    CHECK(with_bias(1e9) == "is valid");
    for (const double bias : {infinity, -infinity, std::nan("")})
        CHECK(with_bias(bias) == "populations[1] \"a\": the bias holds a value that is not finite");
}

TEST_CASE("a projection from the analogue input has no delay, one from spikes may have") {
    const auto delay = [](LayerGraph& graph) { graph.projections[0].delay = 1; };
    CHECK(complaint(DirectCurrent{}, delay) ==
          "projections[0]: delay 1 from the analogue input; a constant current takes no delay, use 0");
    CHECK(complaint(BernoulliRate{}, delay) == "is valid");
}
