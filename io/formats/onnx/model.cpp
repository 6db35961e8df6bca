#include "io/formats/onnx/model.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "io/formats/onnx/tensor_data.hpp"

#include "io/formats/onnx/onnx_subset.pb.h"

#include <google/protobuf/io/zero_copy_stream_impl.h>

#include <algorithm>
#include <fstream>
#include <set>

namespace syncopate::onnx {

namespace {

constexpr int most_nodes = 100'000;

/// Bytes of one UTF-8 sequence at `text[i]`, or 0 where there is none.
std::size_t utf8_length(const std::string& text, std::size_t i) {
    const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
    const unsigned char first = byte(i);
    const std::size_t length = first < 0x80   ? 1
                               : first < 0xC2 ? 0
                               : first < 0xE0 ? 2
                               : first < 0xF0 ? 3
                               : first < 0xF5 ? 4
                                              : 0;
    if (length == 0 || i + length > text.size()) return 0;
    for (std::size_t k = 1; k < length; ++k) {
        if ((byte(i + k) & 0xC0U) != 0x80U) return 0;
    }
    if (first == 0xE0 && byte(i + 1) < 0xA0) return 0;  // overlong
    if (first == 0xED && byte(i + 1) > 0x9F) return 0;  // surrogate
    if (first == 0xF0 && byte(i + 1) < 0x90) return 0;  // overlong
    if (first == 0xF4 && byte(i + 1) > 0x8F) return 0;  // beyond U+10FFFF
    return length;
}

/// Names end up in messages, tables and JSON: what is not printable UTF-8 becomes '?'.
std::string printable(const std::string& text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = utf8_length(text, i);
        const auto first = static_cast<unsigned char>(text[i]);
        const bool is_control = length == 1 && (first < 0x20 || first == 0x7F);
        if (length == 0 || is_control) {
            result += '?';
            ++i;
            continue;
        }
        result.append(text, i, length);
        i += length;
    }
    return result;
}

std::vector<std::string> printable(const google::protobuf::RepeatedPtrField<std::string>& names) {
    std::vector<std::string> result;
    result.reserve(to_size(names.size()));
    for (const auto& name : names) result.push_back(printable(name));
    return result;
}

/// Module of a node named "/layer1/layer1.0/conv1/Conv": "layer1.0.conv1". A component that repeats the one before it
/// and goes on after a dot replaces it.
std::string scope_from_path(const std::string& name) {
    std::string scope;
    std::string previous;
    std::size_t begin = 0;
    for (std::size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', begin)) {
        const std::string component = name.substr(begin, slash - begin);
        begin = slash + 1;
        if (component.empty()) continue;
        const bool repeats = !previous.empty() && component.rfind(previous + ".", 0) == 0;
        if (repeats) scope.resize(scope.size() - previous.size());
        if (!repeats && !scope.empty()) scope += '.';
        scope += component;
        previous = component;
    }
    return scope;
}

/// Module from the list that PyTorch's newer exporter keeps: "['', '1', '1.a1', 'div_2']" gives "1.a1".
std::string scope_from_list(const std::string& list) {
    std::vector<std::string> entries;
    for (std::size_t open = list.find('\''); open != std::string::npos;) {
        const std::size_t close = list.find('\'', open + 1);
        if (close == std::string::npos) break;
        entries.push_back(list.substr(open + 1, close - open - 1));
        open = list.find('\'', close + 1);
    }
    return entries.size() < 2 ? std::string{} : entries[entries.size() - 2];
}

Attribute decode_attribute(const syncopate_onnx::AttributeProto& message, const std::filesystem::path& folder) {
    Attribute attribute;
    attribute.integer = message.i();
    attribute.number = static_cast<double>(message.f());
    attribute.text = printable(message.s());
    attribute.integers.assign(message.ints().begin(), message.ints().end());
    attribute.numbers.assign(message.floats().begin(), message.floats().end());
    if (message.has_t()) attribute.tensor = decode_tensor(message.t(), folder);
    return attribute;
}

Node decode_node(const syncopate_onnx::NodeProto& message, int position, const std::filesystem::path& folder) {
    Node node;
    node.op = printable(message.op_type());
    node.name = printable(message.name());
    node.scope = scope_from_path(node.name);
    for (const auto& entry : message.metadata_props()) {
        if (entry.key() == "pkg.torch.onnx.name_scopes") node.scope = printable(scope_from_list(entry.value()));
    }
    if (node.name.empty()) node.name = "#" + std::to_string(position) + " (" + node.op + ")";
    node.domain = message.domain() == "ai.onnx" ? std::string{} : printable(message.domain());
    node.inputs = printable(message.input());
    node.outputs = printable(message.output());
    for (const auto& attribute : message.attribute()) {
        node.has_subgraph = node.has_subgraph || attribute.has_g() || attribute.type() == 10;
        try {
            node.attributes.emplace(printable(attribute.name()), decode_attribute(attribute, folder));
        } catch (const Error& error) {
            throw Error("node " + in_quotes(node.name) + ", attribute " + in_quotes(printable(attribute.name())) +
                        ": " + error.what());
        }
    }
    return node;
}

/// Initializers, each released from the message as soon as it is decoded.
void decode_constants(syncopate_onnx::GraphProto& graph, const std::filesystem::path& folder, Model& model) {
    if (graph.sparse_initializer_size() > 0) {
        throw Error("tensor " + in_quotes(printable(graph.sparse_initializer(0).values().name())) +
                    " is stored as a sparse initializer; store it densely");
    }
    for (auto& tensor : *graph.mutable_initializer()) {
        syncopate_onnx::TensorProto taken;
        taken.Swap(&tensor);
        const std::string name = printable(taken.name());
        const bool is_new = model.constants.emplace(name, decode_tensor(taken, folder)).second;
        if (!is_new) throw Error("two initializers are called " + in_quotes(name));
    }
}

std::vector<std::int64_t> declared_dims(const syncopate_onnx::ValueInfoProto& info) {
    if (!info.type().has_tensor_type() || !info.type().tensor_type().has_shape()) {
        throw Error("input " + in_quotes(printable(info.name())) +
                    " is not a tensor with a stated shape; export with an example input");
    }
    std::vector<std::int64_t> dims;
    for (const auto& dim : info.type().tensor_type().shape().dim()) {
        dims.push_back(dim.value_case() == syncopate_onnx::TensorShapeProto::Dimension::kDimValue ? dim.dim_value()
                                                                                                  : -1);
        if (dims.back() < -1) {
            throw Error("input " + in_quotes(printable(info.name())) + ": dimension " + std::to_string(dims.back()) +
                        " must not be negative");
        }
    }
    return dims;
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size() && i < 8; ++i) text += (i == 0 ? "" : ", ") + in_quotes(names[i]);
    return names.size() > 8 ? text + ", …" : text;
}

void decode_ends(const syncopate_onnx::GraphProto& graph, Model& model) {
    std::vector<std::string> inputs;
    for (const auto& info : graph.input()) {
        // Old files list the initializers among the inputs.
        if (model.constants.count(printable(info.name())) != 0) continue;
        inputs.push_back(printable(info.name()));
        if (inputs.size() == 1) model.input_dims = declared_dims(info);
    }
    const std::vector<std::string> outputs = [&] {
        std::vector<std::string> names;
        for (const auto& info : graph.output()) names.push_back(printable(info.name()));
        return names;
    }();
    if (inputs.size() != 1) {
        throw Error("the network has " + std::to_string(inputs.size()) + " inputs (" + listed(inputs) +
                    "); export it with exactly one");
    }
    if (outputs.size() != 1) {
        throw Error("the network has " + std::to_string(outputs.size()) + " outputs (" + listed(outputs) +
                    "); export it with exactly one, without auxiliary heads");
    }
    model.input = inputs.front();
    model.output = outputs.front();
}

syncopate_onnx::ModelProto parse(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) {
        throw Error(std::filesystem::exists(path, error) ? "is not a regular file" : "no such file");
    }
    if (std::filesystem::file_size(path, error) >= (std::uintmax_t{1} << 31)) {
        throw Error("is larger than 2 GB, which a protobuf message cannot be; export the weights as external data");
    }
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw Error("cannot be opened for reading");
    google::protobuf::io::IstreamInputStream input(&stream);
    syncopate_onnx::ModelProto message;
    if (!message.ParseFromZeroCopyStream(&input)) {
        throw Error("is not an ONNX model, or it is damaged or incomplete (the protobuf message does not parse)");
    }
    if (!message.has_graph()) throw Error("is not an ONNX model: it holds no graph");
    return message;
}

std::int64_t opset_of(const syncopate_onnx::ModelProto& message) {
    for (const auto& opset : message.opset_import()) {
        if (opset.domain().empty() || opset.domain() == "ai.onnx") {
            if (opset.version() < 1) break;
            return opset.version();
        }
    }
    throw Error("states no version of ONNX's operator set");
}

Model decode(const std::filesystem::path& path) {
    syncopate_onnx::ModelProto message = parse(path);
    Model model;
    model.opset = opset_of(message);
    model.producer = printable(message.producer_name() + " " + message.producer_version());
    if (model.producer == " ") model.producer = "unknown";
    auto& graph = *message.mutable_graph();
    if (graph.node_size() == 0) throw Error("the graph has no nodes");
    if (graph.node_size() > most_nodes) {
        throw Error("the graph has " + std::to_string(graph.node_size()) + " nodes, more than " +
                    std::to_string(most_nodes));
    }
    auto folder = path.parent_path();
    if (folder.empty()) folder = ".";
    decode_constants(graph, folder, model);
    decode_ends(graph, model);
    for (int i = 0; i < graph.node_size(); ++i) model.nodes.push_back(decode_node(graph.node(i), i, folder));
    return model;
}

}  // namespace

std::string in_quotes(const std::string& name) {
    constexpr std::size_t longest = 120;
    if (name.size() <= longest) return "\"" + name + "\"";
    std::size_t cut = longest;
    while (cut > 0 && (static_cast<unsigned char>(name[cut]) & 0xC0U) == 0x80U) --cut;
    return "\"" + name.substr(0, cut) + "…\"";
}

Model read_model(const std::filesystem::path& path) {
    try {
        Model model = decode(path);
        model.file = path.string();
        return model;
    } catch (const Error& error) {
        throw Error(path.string() + ": " + error.what());
    }
}

}  // namespace syncopate::onnx
