#include "tests/unit/onnx/onnx_builder.hpp"

#include "core/error.hpp"
#include "tests/support/ann_evaluator.hpp"

#include <fstream>
#include <random>

namespace syncopate::support {

TemporaryFolder::TemporaryFolder() {
    std::random_device device;  // the name only; no test depends on it
    do {
        path_ = std::filesystem::temp_directory_path() / ("syncopate-" + std::to_string(device()));
    } while (!std::filesystem::create_directory(path_));
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
}

void write_file(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream stream(path, std::ios::binary);
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!stream) throw Error(path.string() + ": cannot be written");
}

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
    write_file(folder.path() / "net.onnx", bytes());
    return import_onnx(folder.path() / "net.onnx");
}

std::vector<double> OnnxBuilder::output(const std::vector<double>& input) const {
    const OnnxImport result = import();
    if (result.is_refused()) throw Error(refusal_message(result));
    return evaluate(result.graph, input);
}

std::string OnnxBuilder::refusal() const { return refusal_message(import()); }

}  // namespace syncopate::support
