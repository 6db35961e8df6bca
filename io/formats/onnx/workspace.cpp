#include "io/formats/onnx/workspace.hpp"

#include "core/error.hpp"

#include <algorithm>

namespace syncopate::onnx {

namespace {

constexpr std::int64_t most_steps = std::int64_t{1} << 33;
constexpr std::int64_t largest_sample = std::int64_t{1} << 26;
constexpr std::int64_t largest_extent = std::int64_t{1} << 24;

}  // namespace

void Budget::allocate(std::int64_t elements, std::int64_t bytes_each) {
    bytes_ += std::min(elements, most_bytes_ / bytes_each + 1) * bytes_each;
    if (bytes_ > most_bytes_) {
        throw Error("importing this network would need more than " + std::to_string(most_bytes_ >> 20) +
                    " MB of intermediate data; simplify the graph, or check its dimensions");
    }
}

void Budget::compute(std::int64_t steps) {
    steps_ += std::min(steps, most_steps + 1);
    if (steps_ > most_steps) {
        throw Error("importing this network would take too long; simplify the graph, or check its dimensions");
    }
}

std::int32_t Workspace::add_node(std::size_t position, AnnOperator operation, std::vector<NodeIndex> inputs,
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
    if (activation.batch_axis != 0 || dims.empty() || dims[0] != work.batch || dims.size() > 4)
        return {static_cast<std::int32_t>(size), 1, 1};
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
    if (activation.batch_axis != 0) {
        throw Refusal("its input " + to_string(dims) + " has the samples of the batch along axis " +
                      std::to_string(activation.batch_axis) +
                      "; they must lie along the first one (transpose it back)");
    }
    if (dims.empty() || dims[0] != work.batch) {
        throw Refusal("its input " + to_string(dims) + " does not begin with the batch of " +
                      std::to_string(work.batch) + "; the network must treat the samples of a batch independently");
    }
    return any_shape(work, activation);
}

std::int64_t batch_along(const Workspace& work, const Activation& activation, std::size_t axis) {
    const bool is_there = axis == activation.batch_axis && axis < activation.dims.size();
    if (!is_there || activation.dims[axis] != work.batch) {
        throw Refusal("it would mix the samples of a batch, which lie along axis " +
                      std::to_string(activation.batch_axis) + " of its input " + to_string(activation.dims));
    }
    return work.batch;
}

std::string owner_of(const std::string& parameter) {
    const std::size_t dot = parameter.rfind('.');
    const bool is_made_up = parameter.find("::") != std::string::npos || parameter.find('/') != std::string::npos;
    if (dot == std::string::npos || is_made_up) return {};
    return parameter.substr(0, dot);
}

}  // namespace syncopate::onnx
