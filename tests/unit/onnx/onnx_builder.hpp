#pragma once

#include "io/formats/onnx/import.hpp"

#include "io/formats/onnx/onnx_subset.pb.h"

#include <cstdint>
#include <string>
#include <vector>

namespace syncopate::support {

/// Builds an ONNX model node by node. The input is called "x", the output "y"; node number i is called "n<i>".
class OnnxBuilder {
public:
    /// `dims` of the input, −1 for a dimension that is not fixed.
    explicit OnnxBuilder(const std::vector<std::int64_t>& dims, std::int64_t opset = 13);

    OnnxBuilder& constant(const std::string& name, const std::vector<std::int64_t>& dims,
                          const std::vector<float>& values);
    OnnxBuilder& integers(const std::string& name, const std::vector<std::int64_t>& values);
    OnnxBuilder& scalar(const std::string& name, float value) { return constant(name, {}, {value}); }
    OnnxBuilder& node(const std::string& op, const std::vector<std::string>& inputs, const std::string& output);
    // Attributes of the last node.
    OnnxBuilder& with(const std::string& name, std::int64_t value);
    OnnxBuilder& with_number(const std::string& name, float value);
    OnnxBuilder& with_list(const std::string& name, const std::vector<std::int64_t>& values);
    OnnxBuilder& with_text(const std::string& name, const std::string& text);
    OnnxBuilder& called(const std::string& name);

    syncopate_onnx::NodeProto& last() { return *graph().mutable_node(graph().node_size() - 1); }
    syncopate_onnx::GraphProto& graph() { return *model_.mutable_graph(); }
    syncopate_onnx::ModelProto& model() { return model_; }
    std::string bytes() const { return model_.SerializeAsString(); }

    /// Imports the model through a file called net.onnx.
    OnnxImport import() const;
    /// Imports it, which must not refuse anything, and gives the output for one sample.
    std::vector<double> output(const std::vector<double>& input) const;
    /// refusal_message of the import.
    std::string refusal() const;

private:
    syncopate_onnx::AttributeProto& attribute(const std::string& name, int type);

    syncopate_onnx::ModelProto model_;
};

/// Imports the model with what the user says of its input.
OnnxImport imported(const OnnxBuilder& net, const InputOptions& input);

/// Requires as many values, and checks each to the accuracy of float.
void check_equal(const std::vector<double>& actual, const std::vector<double>& expected);

}  // namespace syncopate::support
