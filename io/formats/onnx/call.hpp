#pragma once

#include "io/formats/onnx/terms.hpp"
#include "io/formats/onnx/workspace.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace syncopate::onnx {

struct Move;

/// How the weights of a layer come out of a constant: unchanged, or by `apply`, which is given `factor`.
struct Treatment {
    std::string key = {};  // tells treatments apart
    std::vector<float> (*apply)(const Constant&, double) = nullptr;
    double factor = 1.0;
};

/// One node being evaluated: its inputs, attributes and outputs, checked as they are asked for.
class Call {
public:
    Call(Workspace& workspace, TermTable& term_table, std::size_t position);

    Workspace& work() const { return work_; }
    TermTable& terms() const { return terms_; }
    std::size_t position() const { return position_; }
    const Node& node() const { return node_; }
    std::int64_t opset() const { return work_.model.opset; }

    std::size_t input_count() const { return node_.inputs.size(); }
    std::size_t output_count() const { return node_.outputs.size(); }
    bool has_input(std::size_t i) const { return i < node_.inputs.size() && !node_.inputs[i].empty(); }
    const Value& input(std::size_t i) const;  // throws Error when there is none
    bool is_constant(std::size_t i) const;
    bool is_activation(std::size_t i) const;
    const Constant& constant(std::size_t i, const char* role) const;  // throws Refusal when it depends on the input
    const Activation& activation(std::size_t i) const;                // throws Refusal when it is a constant
    const Activation& summands(std::size_t i) const;                  // the same, perhaps with several summands
    /// The activation of that name, with one summand.
    const Activation& settled(const std::string& name) const;
    std::vector<std::int64_t> integer_list(std::size_t i, const char* role) const;

    bool has(const std::string& attribute) const { return node_.attributes.count(attribute) != 0; }
    std::int64_t integer(const std::string& attribute, std::int64_t otherwise) const;
    double number(const std::string& attribute, double otherwise) const;
    std::string text(const std::string& attribute, const std::string& otherwise) const;
    std::vector<std::int64_t> integers(const std::string& attribute, const std::vector<std::int64_t>& otherwise) const;

    /// Sets an output; the result is told in the table.
    void give(Value value, std::size_t output = 0) const;
    void give_node(std::int32_t graph_node, std::vector<std::int64_t> dims) const;
    void report(NodeFate fate, std::string detail) const;
    bool is_output_used(std::size_t output) const;

    /// A node of shape `shape` whose flat elements are those of the activation, moved if need be.
    std::int32_t place(const Activation& activation, Shape shape) const;
    /// The activation rearranged.
    Activation moved(const Activation& activation, const Move& move) const;
    /// Weights [output channels][…], shared by the nodes that use the same constant in the same way.
    TensorId weights(std::size_t input, const Treatment& treatment) const;

private:
    Workspace& work_;
    TermTable& terms_;
    std::size_t position_;
    const Node& node_;
};

/// `axis` counted from the front; throws Error unless −rank ≤ axis < rank.
std::size_t axis_of(std::int64_t axis, std::size_t rank);

/// The constant's values; throws Error unless there are `count`, and all are finite.
std::vector<double> values_of(const Constant& constant, std::int64_t count, const char* role);

}  // namespace syncopate::onnx
