#include "io/formats/onnx/import.hpp"
#include "io/formats/onnx/model.hpp"

#include <algorithm>

namespace syncopate {

std::string to_string(NodeFate fate) {
    switch (fate) {
        case NodeFate::layer:
            return "layer";
        case NodeFate::folded:
            return "folded";
        case NodeFate::ignored:
            return "ignored";
        case NodeFate::refused:
            return "refused";
    }
    return "";
}

bool OnnxImport::is_refused() const {
    return std::any_of(nodes.begin(), nodes.end(), [](const NodeReport& n) { return n.fate == NodeFate::refused; });
}

std::string refusal_message(const OnnxImport& import) {
    std::string text;
    std::size_t count = 0;
    for (const NodeReport& node : import.nodes) {
        if (node.fate != NodeFate::refused) continue;
        ++count;
        text += "\n  node " + onnx::in_quotes(node.name) + " (" + node.op + "): " + node.detail;
    }
    if (count == 0) return {};
    return std::to_string(count) + (count == 1 ? " node is" : " nodes are") + " refused:" + text;
}

}  // namespace syncopate
