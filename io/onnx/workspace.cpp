#include "io/onnx/workspace.hpp"

#include "core/error.hpp"

#include <algorithm>

namespace syncopate::onnx {

namespace {

constexpr std::int64_t most_steps = std::int64_t{1} << 33;
constexpr std::int64_t largest_sample = std::int64_t{1} << 26;
constexpr std::int64_t largest_extent = std::int64_t{1} << 24;

}  // namespace

void Budget::allocate(std::int64_t elements) {
    elements_ += std::min(elements, most_elements_ + 1);
    if (elements_ > most_elements_) {
        throw Error("importing this network would need more than " + std::to_string(most_elements_) +
                    " elements of intermediate data; simplify the graph, or check its dimensions");
    }
}

void Budget::compute(std::int64_t steps) {
    steps_ += std::min(steps, most_steps + 1);
    if (steps_ > most_steps) {
        throw Error("importing this network would take too long; simplify the graph, or check its dimensions");
    }
}

std::int32_t Workspace::add_node(std::size_t position, AnnOperator operation, std::vector<std::int32_t> inputs,
                                 Shape shape) {
    const Node& node = model.nodes[position];
    graph.nodes.push_back({.name = {},
                           .origin = node.name,
                           .inputs = std::move(inputs),
                           .shape = shape,
                           .operation = std::move(operation)});
    labels.push_back({.scope = node.scope, .op = node.op});
    return static_cast<std::int32_t>(graph.nodes.size()) - 1;
}

std::int64_t sample_size(const Workspace& work, const Activation& activation) {
    const std::int64_t count = element_count(activation.dims, largest_sample * work.batch);
    if (count < 0) {
        throw Error("dimensions " + to_string(activation.dims) + " make a sample of more than 2^26 elements");
    }
    return count / work.batch;
}

Shape any_shape(const Workspace& work, const Activation& activation) {
    const std::int64_t size = sample_size(work, activation);
    const auto& dims = activation.dims;
    if (dims.empty() || dims[0] != work.batch || dims.size() > 4) return {static_cast<std::int32_t>(size), 1, 1};
    std::vector<std::int32_t> extents;
    for (std::size_t i = 1; i < dims.size(); ++i) {
        if (dims[i] > largest_extent) {
            throw Error("dimension " + std::to_string(dims[i]) + " is larger than 2^24");
        }
        extents.push_back(static_cast<std::int32_t>(dims[i]));
    }
    if (extents.size() == 3) return {extents[0], extents[1], extents[2]};
    if (extents.size() == 2) return {extents[0], 1, extents[1]};
    return {static_cast<std::int32_t>(size), 1, 1};
}

Shape sample_shape(const Workspace& work, const Activation& activation) {
    const auto& dims = activation.dims;
    if (dims.empty() || dims[0] != work.batch) {
        throw Refusal("its input " + to_string(dims) + " does not begin with the batch of " +
                      std::to_string(work.batch) + "; the network must treat the samples of a batch independently");
    }
    return any_shape(work, activation);
}

std::string owner_of(const std::string& parameter) {
    const std::size_t dot = parameter.rfind('.');
    const bool is_made_up = parameter.find("::") != std::string::npos || parameter.find('/') != std::string::npos;
    if (dot == std::string::npos || is_made_up) return {};
    return parameter.substr(0, dot);
}

}  // namespace syncopate::onnx
