// What inspect says of a network is what convert does.
#include "io/cli/trial_conversion.hpp"

#include "core/error.hpp"
#include "io/cli/convert_job.hpp"
#include "io/cli/input_shape.hpp"
#include "io/cli/inspect_job.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/onnx/onnx_builder.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace syncopate;
using support::OnnxBuilder;

namespace {

OnnxBuilder convolved(float cap) {
    OnnxBuilder net({-1, 1, 4, 4});
    net.constant("w", {1, 1, 1, 1}, {2}).scalar("zero", 0).scalar("cap", cap).node("Conv", {"x", "w"}, "c");
    cap > 0 ? net.node("Clip", {"c", "zero", "cap"}, "a") : net.node("Relu", {"c"}, "a");
    return net;
}

OnnxBuilder with_max_pool(float cap) {
    OnnxBuilder net = convolved(cap);
    net.node("MaxPool", {"a"}, "p").called("pool").with_list("kernel_shape", {2, 2});
    return net.constant("v", {1, 1, 3, 3}, std::vector<float>(9, 1.0F)).node("Conv", {"p", "v"}, "y");
}

/// Its max pooling compares what a convolution gives.
OnnxBuilder with_max_pool_of_sums(float cap) {
    OnnxBuilder net = convolved(cap);
    net.node("Conv", {"a", "w"}, "d").called("second").node("MaxPool", {"d"}, "p").called("pool");
    net.with_list("kernel_shape", {2, 2});
    return net.constant("v", {1, 1, 3, 3}, std::vector<float>(9, 1.0F)).node("Conv", {"p", "v"}, "y");
}

ExitStatus inspected(const OnnxBuilder& net) {
    const TemporaryFolder folder;
    InspectOptions options;
    options.network = folder.write("net.onnx", net.bytes()).string();
    options.json = (folder / "out.json").string();
    return inspect_job(options);
}

ExitStatus converted(const OnnxBuilder& net) {
    const TemporaryFolder folder;
    ConvertOptions options;
    options.network = folder.write("net.onnx", net.bytes()).string();
    options.output = (folder / "net.json").string();
    options.is_quiet = true;
    try {
        return convert_job(options);
    } catch (const RefusedError&) {
        return ExitStatus::refused;
    } catch (const UsageError&) {
        return ExitStatus::usage;
    }
}

}  // namespace

TEST_CASE("inspect refuses what convert refuses, with the same exit status") {
    for (const float cap : {0.0F, 1.0F}) {
        CAPTURE(cap);
        CHECK(inspected(with_max_pool_of_sums(cap)) == ExitStatus::refused);
        CHECK(converted(with_max_pool_of_sums(cap)) == ExitStatus::refused);
        OnnxBuilder at_end = convolved(cap);
        at_end.graph().mutable_node(1)->set_output(0, "y");
        CHECK(inspected(at_end) == ExitStatus::refused);
        CHECK(converted(at_end) == ExitStatus::refused);
    }
    OnnxBuilder sigmoid = convolved(1.0F);
    sigmoid.node("Sigmoid", {"a"}, "s").node("Conv", {"s", "w"}, "y");
    CHECK(inspected(sigmoid) == ExitStatus::refused);
    CHECK(converted(sigmoid) == ExitStatus::refused);
}

TEST_CASE("inspect takes what convert takes, with calibration or without") {
    CHECK(inspected(with_max_pool(1.0F)) == ExitStatus::success);
    CHECK(converted(with_max_pool(1.0F)) == ExitStatus::success);
    OnnxBuilder capped = convolved(1.0F);
    capped.node("Conv", {"a", "w"}, "y");
    CHECK(inspected(capped) == ExitStatus::success);
    CHECK(converted(capped) == ExitStatus::success);
    OnnxBuilder open = convolved(0.0F);
    open.node("Conv", {"a", "w"}, "y");
    CHECK(inspected(open) == ExitStatus::success);
    CHECK(converted(open) == ExitStatus::usage);  // needs calibration
}

TEST_CASE("The table shows the node that a spiking network cannot contain as refused, with convert's reason") {
    OnnxImport import = with_max_pool_of_sums(0.0F).import();
    CHECK_THROWS_WITH_AS(require_convertible(import.graph, {}),
                         doctest::Contains("(max pooling): it takes the maximum of the values of"), RefusedError);
    const auto& relu = std::get<AnnRelu>(import.graph.nodes[2].operation);
    CHECK(std::isinf(relu.cap[0]));  // the stand-in is taken back
    CHECK(try_conversion(import).refusal.find("it takes the maximum of") != std::string::npos);
    CHECK(import.nodes[3].fate == NodeFate::refused);
    CHECK(refusal_message(import).find("node \"pool\" (MaxPool): ") != std::string::npos);
    OnnxBuilder at_end = convolved(0.0F);
    at_end.graph().mutable_node(1)->set_output(0, "y");
    OnnxImport ends = at_end.import();
    CHECK(try_conversion(ends).refusal.find("an activation gives the network's output") != std::string::npos);
    CHECK(ends.nodes[1].fate == NodeFate::refused);
    CHECK(ends.nodes[1].detail.starts_with("an activation gives"));
}

TEST_CASE("Thresholds that need data are said to, without advice that only convert can take") {
    OnnxBuilder net = convolved(0.0F);
    OnnxImport import = net.node("Conv", {"a", "w"}, "y").import();
    const TrialConversion trial = try_conversion(import);
    CHECK(trial.refusal == "");
    CHECK(trial.open == "1 ReLU has no cap, so that convert takes thresholds from calibration samples");
    CHECK_FALSE(trial.compiled);
}

TEST_CASE("--input-shape is a list of sizes") {
    CHECK(parse_input_shape("") == std::vector<std::int64_t>{});
    CHECK(parse_input_shape("784") == std::vector<std::int64_t>{784});
    CHECK(parse_input_shape("3x224x32") == std::vector<std::int64_t>{3, 224, 32});
    for (const char* wrong : {"x", "3x", "x3", "3,4", "0x3", "-1", "3x3x3x3", "3.5", "99999999", "axb", "3x 4"}) {
        CAPTURE(wrong);
        CHECK_THROWS_WITH_AS(parse_input_shape(wrong), doctest::Contains("--input-shape "), UsageError);
    }
}
