#include "io/formats/onnx/import.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "io/formats/onnx/call.hpp"
#include "io/formats/onnx/input_sizes.hpp"
#include "io/formats/onnx/layer_names.hpp"
#include "io/formats/onnx/moves.hpp"
#include "io/formats/onnx/operators.hpp"

#include <algorithm>
#include <queue>
#include <unordered_map>

namespace syncopate {

namespace onnx {

namespace {

class Importer {
public:
    Importer(Model& model, const InputOptions& input);
    OnnxImport import();

private:
    void wire();
    void mark_live();
    std::vector<std::size_t> order() const;
    std::string cycle_text(const std::vector<std::size_t>& open) const;
    void set_input();
    void evaluate(std::size_t position);
    void evaluate(const Call& call);
    void move(const Call& call);
    void pass_through(const Call& call, const std::string& reason);
    void release_inputs(const Node& node);
    void set_output();
    NodeReport report(std::size_t position) const;

    Model& model_;
    InputOptions input_;
    Workspace work_;
    TermTable terms_;
    std::unordered_map<std::string, std::size_t> producers_;
    std::vector<bool> is_live_;
    std::map<std::string, std::int32_t> remaining_;
};

std::int64_t parameter_count(const Model& model) {
    std::int64_t count = 0;
    for (const auto& [name, constant] : model.constants) count += static_cast<std::int64_t>(constant.size());
    return count;
}

std::string described(const Node& node) { return "node " + in_quotes(node.name) + " (" + in_quotes(node.op) + ")"; }

Importer::Importer(Model& model, const InputOptions& input)
    : model_(model),
      input_(input),
      work_{.model = model, .budget = Budget(parameter_count(model)), .graph = {}},
      terms_(work_),
      is_live_(model.nodes.size(), false) {
    work_.outcomes.resize(model.nodes.size());
}

/// Finds the producer of every value; names must be unique.
void Importer::wire() {
    for (std::size_t i = 0; i < model_.nodes.size(); ++i) {
        for (const std::string& output : model_.nodes[i].outputs) {
            if (output.empty()) continue;
            const bool is_taken = output == model_.input || model_.constants.count(output) != 0;
            if (is_taken || !producers_.emplace(output, i).second) {
                throw Error(described(model_.nodes[i]) + ": its output " + in_quotes(output) +
                            " is produced a second time; the names of values must be unique");
            }
        }
    }
}

/// Marks the nodes that the output depends on, and counts the consumers of each value.
void Importer::mark_live() {
    if (model_.output == model_.input || producers_.count(model_.output) == 0) {
        throw Error("the output " + in_quotes(model_.output) + " is not produced by any node");
    }
    std::vector<std::size_t> open = {producers_.at(model_.output)};
    is_live_[open.front()] = true;
    work_.uses[model_.output] = 1;
    while (!open.empty()) {
        const Node& node = model_.nodes[open.back()];
        open.pop_back();
        for (const std::string& input : node.inputs) {
            if (input.empty()) continue;
            ++work_.uses[input];
            const auto producer = producers_.find(input);
            if (producer == producers_.end()) {
                if (input == model_.input || model_.constants.count(input) != 0) continue;
                throw Error(described(node) + ": its input " + in_quotes(input) + " is not produced by any node");
            }
            if (is_live_[producer->second]) continue;
            is_live_[producer->second] = true;
            open.push_back(producer->second);
        }
    }
    remaining_ = work_.uses;
}

/// The live nodes so that each comes after those it reads from; in the order of the file where that is possible.
std::vector<std::size_t> Importer::order() const {
    std::vector<std::int32_t> waiting(model_.nodes.size(), 0);
    std::vector<std::vector<std::size_t>> readers(model_.nodes.size());
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    std::size_t live = 0;
    for (std::size_t i = 0; i < model_.nodes.size(); ++i) {
        if (!is_live_[i]) continue;
        ++live;
        for (const std::string& input : model_.nodes[i].inputs) {
            const auto producer = producers_.find(input);
            if (producer == producers_.end()) continue;
            readers[producer->second].push_back(i);
            ++waiting[i];
        }
        if (waiting[i] == 0) ready.push(i);
    }
    std::vector<std::size_t> result;
    while (!ready.empty()) {
        result.push_back(ready.top());
        ready.pop();
        for (const std::size_t reader : readers[result.back()]) {
            if (--waiting[reader] == 0) ready.push(reader);
        }
    }
    if (result.size() == live) return result;
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < model_.nodes.size(); ++i) {
        if (waiting[i] > 0) open.push_back(i);
    }
    throw Error("the graph has a cycle: " + cycle_text(open));
}

/// "a -> b -> a", found by walking back among nodes that wait for one another.
std::string Importer::cycle_text(const std::vector<std::size_t>& open) const {
    std::vector<std::size_t> path = {open.front()};
    while (true) {
        std::size_t next = path.back();
        for (const std::string& input : model_.nodes[path.back()].inputs) {
            const auto producer = producers_.find(input);
            if (producer != producers_.end() && std::binary_search(open.begin(), open.end(), producer->second)) {
                next = producer->second;
            }
        }
        const auto seen = std::find(path.begin(), path.end(), next);
        if (seen == path.end()) {
            path.push_back(next);
            continue;
        }
        path.erase(path.begin(), seen);
        break;
    }
    std::string text = in_quotes(model_.nodes[path.front()].name);
    for (std::size_t i = path.size(); i-- > 0;) {
        if (path.size() - i <= 8 || i == 0) text += " -> " + in_quotes(model_.nodes[path[i]].name);
    }
    return text;
}

void Importer::set_input() {
    std::vector<std::int64_t> dims = model_.input_dims;
    const std::string name = "input " + in_quotes(model_.input);
    if (dims.size() < 2 || dims.size() > 4) {
        throw Error(name + " has dimensions " + to_string(dims) +
                    "; it must be a batch of vectors (N×F), signals (N×C×L) or images (N×C×H×W)");
    }
    if (dims[0] < 1) dims[0] = 1;  // not fixed
    fix_sizes(dims, input_.shape, name);
    constexpr std::int64_t largest_batch = 1 << 20;
    if (dims[0] > largest_batch) throw Error(name + ": a batch of " + std::to_string(dims[0]) + " is too large");
    work_.batch = dims[0];
    Activation input{.term = 0, .dims = dims};
    Shape shape = any_shape(work_, input);
    if (input_.is_channels_last) {
        if (dims.size() != 4) {
            throw UsageError("--channels-last: the network's " + name + " has dimensions " + to_string(dims) +
                             ", images are N×H×W×C");
        }
        const Shape stored = shape;
        shape = {stored.width, stored.channels, stored.height};
        work_.budget.allocate(shape.size());
        for (std::int32_t pixel = 0; pixel < shape.area(); ++pixel) {
            for (std::int32_t c = 0; c < shape.channels; ++c)
                input.map.push_back(c * static_cast<std::int32_t>(shape.area()) + pixel);
        }
    }
    work_.graph.nodes.push_back(
        {.name = model_.input, .origin = model_.input, .inputs = {}, .shape = shape, .operation = AnnInput{}});
    work_.labels.push_back({});
    input.term = terms_.of_node(0);
    work_.values.emplace(model_.input, std::move(input));
    for (auto& [constant_name, constant] : model_.constants) {
        if (work_.uses.count(constant_name) != 0) work_.values.emplace(constant_name, std::move(constant));
    }
}

void Importer::evaluate(std::size_t position) {
    const Node& node = model_.nodes[position];
    const Call call(work_, terms_, position);
    for (const std::string& output : node.outputs) {
        if (!output.empty()) work_.values[output] = std::monostate{};
    }
    try {
        evaluate(call);
    } catch (const Refusal& refusal) {
        pass_through(call, refusal.what());
    } catch (const Error& error) {
        throw Error(described(node) + ": " + error.what());
    }
    release_inputs(node);
}

void Importer::evaluate(const Call& call) {
    const Node& node = call.node();
    if (node.domain == "ai.onnx.ml") throw Refusal(hint("ZipMap"));
    if (!node.domain.empty()) {
        throw Refusal("operators of the domain " + in_quotes(node.domain) +
                      " are not supported; export with ONNX's own operators (functions can be inlined with "
                      "onnx.inliner.inline_local_functions)");
    }
    const Operator window = window_operator(node.op);
    const Operator layer = window != nullptr ? window : layer_operator(node.op);
    const Operator arithmetic = layer != nullptr ? layer : elementwise_operator(node.op);
    const Operator element = arithmetic != nullptr ? arithmetic : choice_operator(node.op);
    const Operator folding = folding_operator(node.op);
    bool is_constant = true;
    bool is_unknown = false;
    for (std::size_t i = 0; i < call.input_count(); ++i) {
        if (!call.has_input(i)) continue;
        is_constant = is_constant && call.is_constant(i);
        is_unknown = is_unknown || std::holds_alternative<std::monostate>(call.input(i));
    }
    if (node.has_subgraph) throw Refusal(hint(node.op));
    if (is_unknown) {
        if (element == nullptr && folding == nullptr && !is_move(node.op)) throw Refusal(hint(node.op));
        return call.report(NodeFate::ignored, "not examined: it depends on a node that was refused");
    }
    const bool reads_no_values =
        node.op == "Shape" || node.op == "Size" || (node.op == "CastLike" && call.has_input(0) && call.is_constant(0));
    if (folding != nullptr && (is_constant || reads_no_values)) return folding(call);
    if (is_move(node.op)) return move(call);
    if (element == nullptr) throw Refusal(hint(node.op));
    element(call);
}

/// Operators that only rearrange elements.
void Importer::move(const Call& call) {
    const Value& input = call.input(0);
    if (const auto* constant = std::get_if<Constant>(&input)) {
        const auto moves = moves_of(call, constant->dims);
        for (std::size_t i = 0; i < moves.size(); ++i) {
            std::vector<std::int64_t> extents;
            for (const auto& table : moves[i].tables) extents.push_back(static_cast<std::int64_t>(table.size()));
            work_.budget.allocate(moves[i].tables.empty() ? static_cast<std::int64_t>(constant->size())
                                                          : element_count(extents, std::int64_t{1} << 40));
            call.give(moved(*constant, moves[i]), i);
        }
        return call.report(NodeFate::folded, "a constant");
    }
    const Activation& activation = call.activation(0);
    std::vector<std::int64_t> dims = activation.dims;
    const bool is_reshape = call.node().op == "Reshape" || call.node().op == "Flatten" || call.node().op == "Squeeze" ||
                            call.node().op == "Unsqueeze";
    const std::size_t batch_axis = activation.batch_axis;
    if (work_.batch > 1 && !is_reshape) {
        if (batch_axis >= dims.size() || dims[batch_axis] != work_.batch)
            throw Refusal("it mixes the samples of the batch; export with a batch of 1");
        dims[batch_axis] = 1;
    }
    auto moves = moves_of(call, dims);
    for (std::size_t i = 0; i < moves.size(); ++i) {
        moves[i].batch_axis = batch_axis_after(call, dims, batch_axis, moves[i].dims);
        moves[i].mixes_batch = moves[i].mixes_batch && batch_axis == 0 && call.node().op != "Transpose";
        call.give(call.moved(activation, moves[i]), i);
    }
    call.report(NodeFate::folded,
                moves.front().tables.empty() ? "the same elements with other dimensions" : "moves elements");
}

/// After a refusal the import goes on, to find all of them: where the result has the shape of an input, that stands for
/// it.
void Importer::pass_through(const Call& call, const std::string& reason) {
    call.report(NodeFate::refused, reason);
    if (!keeps_shape(call.node().op)) return;
    const Activation* widest = nullptr;
    for (std::size_t i = 0; i < call.input_count(); ++i) {
        const auto* activation = call.has_input(i) ? std::get_if<Activation>(&call.input(i)) : nullptr;
        if (activation == nullptr) continue;
        if (widest == nullptr || sample_size(work_, *activation) > sample_size(work_, *widest)) widest = activation;
    }
    if (widest != nullptr) call.give(*widest);
}

void Importer::release_inputs(const Node& node) {
    for (const std::string& input : node.inputs) {
        if (input.empty() || --remaining_.at(input) != 0) continue;
        Value& value = work_.values.at(input);
        const auto* constant = std::get_if<Constant>(&value);
        if (constant != nullptr && producers_.count(input) != 0) work_.budget.release(constant->bytes());
        value = std::monostate{};
    }
}

void Importer::set_output() {
    const Value& value = work_.values.at(model_.output);
    if (std::holds_alternative<Constant>(value)) {
        throw Error("the output " + in_quotes(model_.output) + " does not depend on the input");
    }
    if (!std::holds_alternative<Activation>(value)) return;
    const Call call(work_, terms_, producers_.at(model_.output));
    const Activation& activation = call.settled(model_.output);
    work_.graph.output = call.place(activation, any_shape(work_, activation));
}

NodeReport Importer::report(std::size_t position) const {
    const Node& node = model_.nodes[position];
    const Outcome& outcome = work_.outcomes[position];
    NodeReport row{.name = node.name,
                   .op = node.op,
                   .fate = outcome.fate,
                   .detail = outcome.detail,
                   .layer = {},
                   .shape = outcome.shape,
                   .warning = outcome.warning};
    if (!is_live_[position]) {
        row.fate = NodeFate::ignored;
        row.detail = "its result is not used";
    }
    if (outcome.node < 0) return row;
    const AnnNode& layer = work_.graph.nodes[to_size(outcome.node)];
    row.layer = layer.name;
    const auto* linear = std::get_if<AnnLinear>(&layer.operation);
    if (linear != nullptr && row.fate == NodeFate::layer)
        row.multiply_accumulates = multiply_accumulates(linear->stage);
    return row;
}

OnnxImport Importer::import() {
    wire();
    mark_live();
    const auto positions = order();
    set_input();
    for (const std::size_t position : positions) evaluate(position);
    set_output();
    assign_names(work_);
    OnnxImport result{.graph = {},
                      .nodes = {},
                      .opset = model_.opset,
                      .producer = model_.producer,
                      .input_name = model_.input,
                      .output_name = model_.output};
    for (std::size_t i = 0; i < model_.nodes.size(); ++i) result.nodes.push_back(report(i));
    if (result.is_refused()) return result;
    validate(work_.graph);
    result.graph = std::move(work_.graph);
    return result;
}

}  // namespace

}  // namespace onnx

OnnxImport import_onnx(const std::filesystem::path& path, const InputOptions& input) {
    onnx::Model model = onnx::read_model(path);
    try {
        return onnx::Importer(model, input).import();
    } catch (const UsageError&) {
        throw;
    } catch (const Error& error) {
        throw Error(path.string() + ": " + error.what());
    }
}

}  // namespace syncopate
