#include "tests/unit/onnx/onnx_builder.hpp"

#include "core/error.hpp"
#include "tests/support/ann_evaluator.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

namespace syncopate::support {

OnnxBuilder::OnnxBuilder(const std::vector<std::int64_t>& dims, std::int64_t opset) {
    model_.set_ir_version(8);
    model_.set_producer_name("test");
    model_.add_opset_import()->set_version(opset);
    auto& input = *graph().add_input();
    input.set_name("x");
    auto& shape = *input.mutable_type()->mutable_tensor_type()->mutable_shape();
    for (const std::int64_t extent : dims) {
        auto& dim = *shape.add_dim();
        if (extent == -1) {
            dim.set_dim_param("N");
        } else {
            dim.set_dim_value(extent);
        }
    }
    graph().add_output()->set_name("y");
}

OnnxBuilder& OnnxBuilder::constant(const std::string& name, const std::vector<std::int64_t>& dims,
                                   const std::vector<float>& values) {
    auto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(1);
    for (const std::int64_t extent : dims) tensor.add_dims(extent);
    for (const float v : values) tensor.add_float_data(v);
    return *this;
}

OnnxBuilder& OnnxBuilder::integers(const std::string& name, const std::vector<std::int64_t>& values) {
    auto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(7);
    tensor.add_dims(static_cast<std::int64_t>(values.size()));
    for (const std::int64_t v : values) tensor.add_int64_data(v);
    return *this;
}

OnnxBuilder& OnnxBuilder::node(const std::string& op, const std::vector<std::string>& inputs,
                               const std::string& output) {
    auto& node = *graph().add_node();
    node.set_name("n" + std::to_string(graph().node_size() - 1));
    node.set_op_type(op);
    for (const auto& input : inputs) node.add_input(input);
    node.add_output(output);
    return *this;
}

syncopate_onnx::AttributeProto& OnnxBuilder::attribute(const std::string& name, int type) {
    auto& attribute = *last().add_attribute();
    attribute.set_name(name);
    attribute.set_type(type);
    return attribute;
}

OnnxBuilder& OnnxBuilder::with(const std::string& name, std::int64_t value) {
    attribute(name, 2).set_i(value);
    return *this;
}

OnnxBuilder& OnnxBuilder::with_number(const std::string& name, float value) {
    attribute(name, 1).set_f(value);
    return *this;
}

OnnxBuilder& OnnxBuilder::with_list(const std::string& name, const std::vector<std::int64_t>& values) {
    auto& list = attribute(name, 7);
    for (const std::int64_t v : values) list.add_ints(v);
    return *this;
}

OnnxBuilder& OnnxBuilder::with_text(const std::string& name, const std::string& text) {
    attribute(name, 3).set_s(text);
    return *this;
}

OnnxBuilder& OnnxBuilder::called(const std::string& name) {
    last().set_name(name);
    return *this;
}

OnnxImport OnnxBuilder::import() const {
    const TemporaryFolder folder;
    return import_onnx(folder.write("net.onnx", bytes()));
}

OnnxImport imported(const OnnxBuilder& net, const InputOptions& input) {
    const TemporaryFolder folder;
    return import_onnx(folder.write("net.onnx", net.bytes()), input);
}

std::vector<double> OnnxBuilder::output(const std::vector<double>& input) const {
    const OnnxImport result = import();
    if (result.is_refused()) throw Error(refusal_message(result));
    return evaluate(result.graph, input);
}

std::string OnnxBuilder::refusal() const { return refusal_message(import()); }

void check_equal(const std::vector<double>& actual, const std::vector<double>& expected) {
    REQUIRE(actual.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) CHECK(actual[i] == doctest::Approx(expected[i]));
}

}  // namespace syncopate::support
