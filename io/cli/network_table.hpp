#pragma once

#include "core/compiled_network.hpp"
#include "io/formats/onnx/import.hpp"

#include <string>

namespace syncopate {

/// Every node of an import: what became of it, its shape and multiply-accumulates.
std::string node_table(const OnnxImport& import);

/// Populations of a compiled network: shape, threshold, fraction bits, largest current of a tick, fan-in projections.
std::string population_table(const CompiledNetwork& network);

/// The same as a JSON array.
std::string population_json(const CompiledNetwork& network);

}  // namespace syncopate
