#pragma once

#include "topology/ann_graph.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace syncopate {

/// What became of a node of the file: a node of the network; something computed while importing or merged into another
/// node; nothing, because it has no effect on inference; or a reason why the network cannot be imported.
enum class NodeFate { layer, folded, ignored, refused };

/// "layer", "folded", "ignored" or "refused".
std::string to_string(NodeFate fate);

/// One row of the import's table.
struct NodeReport {
    std::string name = {};  // as in the file; "#3 (Conv)" where the file has none
    std::string op = {};    // ONNX operator
    NodeFate fate = NodeFate::folded;
    std::string detail = {};                // what it became, or why it was refused and what to do
    std::string layer = {};                 // AnnNode it became or went into, empty if none
    Shape shape = {};                       // of its first output, one sample; 1×1×1 where that is a constant
    std::int64_t multiply_accumulates = 0;  // of a layer, one sample
    std::string warning = {};               // what a user of the converted network should know, empty if nothing
};

/// An imported file. When a node was refused, `graph` is empty.
struct OnnxImport {
    AnnGraph graph = {};
    std::vector<NodeReport> nodes = {};  // in the order of the file
    std::int64_t opset = 0;
    std::string producer = {};
    std::string input_name = {};
    std::string output_name = {};

    bool is_refused() const;
};

/// What the user says of the input.
struct InputOptions {
    std::vector<std::int64_t> shape = {};  // of one sample, in the order of the file; none: all sizes are in the file
    bool is_channels_last = false;         // the file takes H×W×C; the imported network then takes C×H×W
};

/// Reads a network from an ONNX file. Weights may lie in external files inside the model's folder. A dynamic batch is
/// taken as 1; other dimensions of the input must be fixed or stated. Activations are called after the module the user
/// wrote.
/// Throws UsageError where `input` contradicts the file, Error, naming file and node, when the file cannot be read, is
/// malformed or needs more than bounded memory.
/// Operators that cannot be part of a spiking network do not throw: all of them are reported as refused.
OnnxImport import_onnx(const std::filesystem::path& path, const InputOptions& input = {});

/// Names every refused node with its operator, the reason and what to do; empty if nothing was refused.
std::string refusal_message(const OnnxImport& import);

}  // namespace syncopate
