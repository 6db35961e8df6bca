#pragma once

#include "topology/layer_graph.hpp"

#include <filesystem>
#include <string>

namespace syncopate {

/// Writes a network as `path` (JSON, format `syncopate-network/1`, see io/schemas) and its weights beside it, under the
/// same name with the ending `.safetensors`. The JSON names the weights' file and its SHA-256.
/// Reading gives the same graph to the last bit, but for names of tensors that were empty or used twice. The same graph
/// and file name give the same bytes.
/// Throws Error, naming file and place, if the graph is not valid or a file cannot be written; an older network of that
/// name then stays as it was. A crash between the two renames leaves a pair that reading refuses.
void write_network(const LayerGraph& graph, const std::filesystem::path& path);

/// Reads and validates a network.
/// Throws Error naming file, JSON path, value and remedy, also if the weights are not those that belong to the JSON.
LayerGraph read_network(const std::filesystem::path& path);

/// SHA-256 of the JSON file (which holds that of the weights), 64 hexadecimal digits, as `sha256sum` prints it.
std::string network_hash(const std::filesystem::path& path);

}  // namespace syncopate
