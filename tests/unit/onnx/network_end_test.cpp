// What comes after the logits, and training mode.
#include "core/error.hpp"
#include "tests/unit/onnx/onnx_builder.hpp"
#include "topology/conversion/convert.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace syncopate;
using support::OnnxBuilder;

namespace {

/// MatMul to two values, "h".
OnnxBuilder logits(std::int64_t opset = 13) {
    OnnxBuilder net({-1, 2}, opset);
    net.constant("w", {2, 2}, {1, 2, 3, 4}).node("MatMul", {"x", "w"}, "h");
    return net;
}

/// Converted without a refusal, with what was left out in the notes.
std::string left_out(const OnnxBuilder& net) {
    const OnnxImport import = net.import();
    CAPTURE(refusal_message(import));
    REQUIRE_FALSE(import.is_refused());
    for (const std::string& note : convert(import.graph, {}, nullptr).graph.notes) {
        if (note.starts_with("left out: ")) return note;
    }
    return {};
}

}  // namespace

TEST_CASE("A sigmoid at the end is left out of the spiking network and computed by the ANN") {
    OnnxBuilder net = logits();
    net.node("Sigmoid", {"h"}, "y");
    CHECK(left_out(net).starts_with("left out: sigmoid"));
    CHECK(net.output({1, -1})[0] == doctest::Approx(1.0 / (1.0 + std::exp(2.0))));
    OnnxBuilder inside = logits();
    inside.node("Sigmoid", {"h"}, "s").node("MatMul", {"s", "w"}, "y");
    CHECK(inside.refusal().find("smooth activation") != std::string::npos);
    OnnxBuilder hard = logits();
    hard.node("HardSigmoid", {"h"}, "y");
    CHECK(hard.refusal().find("HardSigmoid") != std::string::npos);
}

TEST_CASE("Softmax or sigmoid and then a logarithm are one node at the end") {
    OnnxBuilder softmax = logits();
    softmax.node("Softmax", {"h"}, "s").node("Log", {"s"}, "y");
    CHECK(left_out(softmax).starts_with("left out: softmax"));
    CHECK(softmax.output({1, 1})[0] == doctest::Approx(4.0 - std::log(std::exp(4.0) + std::exp(6.0))));
    OnnxBuilder sigmoid = logits();
    sigmoid.node("Sigmoid", {"h"}, "s").node("Log", {"s"}, "y");
    CHECK(left_out(sigmoid).starts_with("left out: sigmoid"));
    CHECK(sigmoid.output({1, 1})[0] == doctest::Approx(-std::log1p(std::exp(-4.0))));
    OnnxBuilder alone = logits();
    alone.node("Log", {"h"}, "y");
    CHECK(alone.refusal().find("(Log)") != std::string::npos);
    OnnxBuilder early = logits();
    early.node("Softmax", {"h"}, "s").node("Log", {"s"}, "l").node("MatMul", {"l", "w"}, "y");
    CHECK(early.refusal().find("(Softmax)") != std::string::npos);
}

TEST_CASE("What has no effect may stand behind a softmax at the end") {
    for (const std::string op : {"Dropout", "Identity", "Cast", "Flatten"}) {
        for (const std::string end : {"Softmax", "LogSoftmax", "Sigmoid"}) {
            CAPTURE(op);
            CAPTURE(end);
            OnnxBuilder net = logits();
            net.node(end, {"h"}, "s").node(op, {"s"}, "y");
            if (op == "Cast") net.with("to", 1);
            CHECK(left_out(net).starts_with("left out: "));
        }
    }
}

TEST_CASE("Dropout: training mode, a used mask and casts to whole numbers are refused") {
    OnnxBuilder training = logits();
    training.scalar("ratio", 0.5F).scalar("training", 1.0F).node("Dropout", {"h", "ratio", "training"}, "y");
    CHECK(training.refusal().find("training mode") != std::string::npos);
    OnnxBuilder inference = logits();
    inference.scalar("ratio", 0.5F).scalar("training", 0.0F).node("Dropout", {"h", "ratio", "training"}, "y");
    CHECK(inference.refusal() == "");
    OnnxBuilder old = logits(6);
    old.node("Dropout", {"h"}, "y");
    CHECK(old.refusal().find("training mode") != std::string::npos);
    for (const std::int64_t type : {6, 7, 9, 12, 13}) {
        OnnxBuilder cast = logits();
        cast.node("Cast", {"h"}, "y").with("to", type);
        CHECK(cast.refusal().find("whole numbers") != std::string::npos);
    }
}

TEST_CASE("BatchNormalization in training mode is refused at every opset, its empty outputs are not training") {
    const auto normalised = [](std::int64_t opset, const std::vector<std::string>& more) {
        OnnxBuilder net = logits(opset);
        net.constant("s", {2}, {1, 1}).constant("b", {2}, {0, 0}).constant("m", {2}, {0, 0}).constant("v", {2}, {1, 1});
        net.node("BatchNormalization", {"h", "s", "b", "m", "v"}, "y");
        for (const std::string& output : more) net.last().add_output(output);
        return net;
    };
    for (const std::int64_t opset : {7, 8, 9, 13}) {
        CAPTURE(opset);
        CHECK(normalised(opset, {"m2", "v2", "sm", "sv"}).refusal().find("training mode") != std::string::npos);
        CHECK(normalised(opset, {}).refusal() == "");
        CHECK(normalised(opset, {"", "", "", ""}).refusal() == "");
    }
    for (const std::int64_t opset : {14, 15, 23}) {
        CAPTURE(opset);
        CHECK(normalised(opset, {"m2", "v2"}).with("training_mode", 1).refusal().find("training mode") !=
              std::string::npos);
        CHECK(normalised(opset, {"", ""}).refusal() == "");
    }
    CHECK(normalised(6, {}).refusal().find("training mode") != std::string::npos);
    CHECK(normalised(6, {}).with("is_test", 1).refusal() == "");
    CHECK(normalised(8, {}).with("spatial", 0).refusal().find("spatial=0") != std::string::npos);
}
