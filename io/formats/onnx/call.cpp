#include "io/formats/onnx/call.hpp"

#include "core/assert.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "io/formats/onnx/moves.hpp"

#include <bit>
#include <cmath>
#include <numeric>

namespace syncopate::onnx {

Call::Call(Workspace& workspace, TermTable& term_table, std::size_t position)
    : work_(workspace), terms_(term_table), position_(position), node_(workspace.model.nodes[position]) {}

const Value& Call::input(std::size_t i) const {
    if (!has_input(i)) throw Error("input " + std::to_string(i) + " is missing");
    return work_.values.at(node_.inputs[i]);
}

bool Call::is_constant(std::size_t i) const { return std::holds_alternative<Constant>(input(i)); }

bool Call::is_activation(std::size_t i) const { return std::holds_alternative<Activation>(input(i)); }

const Constant& Call::constant(std::size_t i, const char* role) const {
    if (const auto* constant = std::get_if<Constant>(&input(i))) return *constant;
    throw Refusal(std::string(role) + " (" + in_quotes(node_.inputs[i]) +
                  ") depends on the network's input; it must be a constant");
}

const Activation& Call::summands(std::size_t i) const {
    if (const auto* activation = std::get_if<Activation>(&input(i))) return *activation;
    const bool is_comparison = std::holds_alternative<Comparison>(input(i));
    throw Refusal("its input " + in_quotes(node_.inputs[i]) + " is a " + (is_comparison ? "comparison" : "constant") +
                  " where the result of a layer was expected");
}

const Activation& Call::activation(std::size_t i) const {
    summands(i);
    return settled(node_.inputs[i]);
}

/// Sums of elements of one node are pooled: their summands side by side in a row each, the average of the row, and as
/// many times that.
const Activation& Call::settled(const std::string& name) const {
    auto& activation = std::get<Activation>(work_.values.at(name));
    if (activation.summands == 1) return activation;
    const auto count = static_cast<std::int32_t>(activation.summands);
    const auto size = static_cast<std::int32_t>(sample_size(work_, activation));
    const Shape shape = any_shape(work_, activation);
    Activation rows = activation;
    rows.summands = 1;
    const Shape wide{size, 1, count};
    const std::int32_t source = place(rows, wide);
    const AveragePool pool{.input = wide, .output = {size, 1, 1}, .kernel = {1, count}, .stride = {1, count}};
    const std::int32_t node = work_.add_node(position_, AnnLinear{.stage = pool, .bias = {}}, {source}, pool.output);
    work_.labels.back().op = "sum";
    work_.labels.back().is_auxiliary = true;
    Term times{.operation = ScalarOperation::scale,
               .left = terms_.of_node(place({.term = terms_.of_node(node)}, shape)),
               .first = {static_cast<double>(count)},
               .uses = work_.uses[name],
               .origin = position_};
    activation.term = terms_.append(std::move(times));
    activation.map.clear();
    activation.is_permutation = true;
    activation.summands = 1;
    return activation;
}

std::vector<std::int64_t> Call::integer_list(std::size_t i, const char* role) const {
    const Constant& given = constant(i, role);
    constexpr std::size_t longest = 4096;
    if (given.dims.size() > 1 || given.size() > longest) {
        throw Error(std::string(role) + " has dimensions " + to_string(given.dims) + ", must be a short list");
    }
    std::vector<std::int64_t> list;
    for (std::size_t k = 0; k < given.size(); ++k) list.push_back(given.integer(k));
    return list;
}

std::int64_t Call::integer(const std::string& attribute, std::int64_t otherwise) const {
    const auto found = node_.attributes.find(attribute);
    return found == node_.attributes.end() ? otherwise : found->second.integer;
}

double Call::number(const std::string& attribute, double otherwise) const {
    const auto found = node_.attributes.find(attribute);
    return found == node_.attributes.end() ? otherwise : found->second.number;
}

std::string Call::text(const std::string& attribute, const std::string& otherwise) const {
    const auto found = node_.attributes.find(attribute);
    return found == node_.attributes.end() ? otherwise : found->second.text;
}

std::vector<std::int64_t> Call::integers(const std::string& attribute,
                                         const std::vector<std::int64_t>& otherwise) const {
    const auto found = node_.attributes.find(attribute);
    return found == node_.attributes.end() ? otherwise : found->second.integers;
}

void Call::give(Value value, std::size_t output) const {
    if (output >= node_.outputs.size() || node_.outputs[output].empty()) return;
    if (const auto* activation = std::get_if<Activation>(&value)) {
        const Shape shape = any_shape(work_, *activation);
        if (shape.size() == 0) throw Error("its result " + to_string(activation->dims) + " is empty");
        if (output == 0) work_.outcomes[position_].shape = shape;
    }
    work_.values[node_.outputs[output]] = std::move(value);
}

void Call::give_node(std::int32_t graph_node, std::vector<std::int64_t> dims) const {
    give(Activation{.term = terms_.of_node(graph_node), .dims = std::move(dims)});
}

void Call::report(NodeFate fate, std::string detail) const {
    Outcome& outcome = work_.outcomes[position_];
    outcome.fate = fate;
    outcome.detail = std::move(detail);
    if (fate == NodeFate::layer) outcome.node = static_cast<std::int32_t>(work_.graph.nodes.size()) - 1;
}

bool Call::is_output_used(std::size_t output) const {
    if (output >= node_.outputs.size()) return false;
    const auto found = work_.uses.find(node_.outputs[output]);
    return found != work_.uses.end() && found->second > 0;
}

std::int32_t Call::place(const Activation& activation, Shape shape) const {
    const std::int32_t node = terms_.emit(activation.term);
    const Shape from = work_.shape_of(node);
    if (activation.map.empty() && from == shape) return node;
    work_.budget.allocate(shape.size());
    std::vector<std::int32_t> source = activation.map;
    if (source.empty()) {
        source.resize(to_size(shape.size()));
        std::iota(source.begin(), source.end(), 0);
    }
    AnnLinear gather{.stage = Gather{.input = from, .output = shape, .source = std::move(source)}, .bias = {}};
    const std::int32_t placed = work_.add_node(position_, std::move(gather), {node}, shape);
    work_.labels.back().op = "move";
    work_.labels.back().is_auxiliary = true;
    return placed;
}

Activation Call::moved(const Activation& activation, const Move& move) const {
    Activation result{.term = activation.term,
                      .dims = move.dims,
                      .map = {},
                      .is_permutation = activation.is_permutation,
                      .batch_axis = move.batch_axis};
    if (move.tables.empty()) {
        result.map = activation.map;
        return result;
    }
    if (work_.batch > 1) {
        if (move.mixes_batch || move.batch_axis >= result.dims.size()) {
            throw Refusal("it mixes the samples of a batch of " + std::to_string(work_.batch) +
                          "; export with a dynamic batch or a batch of 1");
        }
        result.dims[move.batch_axis] = work_.batch;
    }
    const std::int64_t size = sample_size(work_, result);
    if (size == 0) throw Error("its result " + to_string(result.dims) + " is empty");
    work_.budget.allocate(size);
    result.map.resize(to_size(size));
    std::vector<bool> is_taken(to_size(sample_size(work_, activation)), false);
    bool is_identity = size == terms_.shape(activation.term).size();
    result.is_permutation = activation.is_permutation && result.map.size() == is_taken.size();
    for_each_source(move, [&](std::int64_t position, std::int64_t source) {
        std::int32_t origin = static_cast<std::int32_t>(source);
        if (source >= 0) {
            const auto at = to_size(source);
            SYNCOPATE_ASSERT(at < is_taken.size());
            result.is_permutation = result.is_permutation && !is_taken[at];
            is_taken[at] = true;
            if (!activation.map.empty()) origin = activation.map[at];
        }
        result.is_permutation = result.is_permutation && source >= 0;
        is_identity = is_identity && origin == position;
        result.map[to_size(position)] = origin;
    });
    if (is_identity) result.map.clear();
    return result;
}

TensorId Call::weights(std::size_t input, const Treatment& treatment) const {
    const std::string& name = node_.inputs[input];
    const std::string key =
        name + '\n' + treatment.key + '\n' + std::to_string(std::bit_cast<std::uint64_t>(treatment.factor));
    const auto known = work_.weight_tensors.find(key);
    if (known != work_.weight_tensors.end()) return known->second;
    const Constant& given = constant(input, "its weights");
    Tensor tensor{.name = name, .dimensions = given.dims, .values = {}};
    auto* stored = std::get_if<std::vector<float>>(&std::get<Constant>(work_.values.at(name)).values);
    if (treatment.apply == nullptr && stored != nullptr && work_.uses.at(name) == 1) {
        tensor.values = std::move(*stored);
        work_.values.at(name) = std::monostate{};
    } else {
        work_.budget.allocate(static_cast<std::int64_t>(given.size()));
        if (treatment.apply != nullptr) {
            tensor.values = treatment.apply(given, treatment.factor);
        } else {
            for (std::size_t i = 0; i < given.size(); ++i) tensor.values.push_back(static_cast<float>(given.number(i)));
        }
    }
    for (const float w : tensor.values) {
        if (!std::isfinite(w)) throw Error("its weights " + in_quotes(name) + " hold a value that is not finite");
    }
    work_.graph.tensors.push_back(std::move(tensor));
    const auto id = static_cast<TensorId>(work_.graph.tensors.size() - 1);
    work_.weight_tensors.emplace(key, id);
    return id;
}

std::size_t axis_of(std::int64_t axis, std::size_t rank) {
    const auto extent = static_cast<std::int64_t>(rank);
    if (axis < -extent || axis >= extent) {
        throw Error("axis " + std::to_string(axis) + " is outside a tensor of rank " + std::to_string(rank));
    }
    return to_size(axis < 0 ? axis + extent : axis);
}

std::vector<double> values_of(const Constant& constant, std::int64_t count, const char* role) {
    if (static_cast<std::int64_t>(constant.size()) != count) {
        throw Error(std::string(role) + " has " + std::to_string(constant.size()) + " values, needs " +
                    std::to_string(count));
    }
    std::vector<double> values(constant.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = constant.number(i);
        if (!std::isfinite(values[i])) throw Error(std::string(role) + " holds a value that is not finite");
    }
    return values;
}

}  // namespace syncopate::onnx
