#pragma once

#include "io/formats/onnx/constant.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace syncopate::onnx {

/// An attribute of a node; only the member that belongs to its type is filled.
struct Attribute {
    std::int64_t integer = 0;
    double number = 0.0;
    std::string text = {};
    std::vector<std::int64_t> integers = {};
    std::vector<double> numbers = {};
    std::optional<Constant> tensor = {};
};

/// A node of the file, as plain data.
struct Node {
    std::string name = {};    // as in the file, or "#3 (Conv)" where the file has none
    std::string op = {};      // operator type
    std::string domain = {};  // empty for ONNX's own operators
    std::string scope = {};   // full name of the module ("layer1.0.conv1"), empty where the exporter did not keep it
    std::vector<std::string> inputs = {};
    std::vector<std::string> outputs = {};
    std::map<std::string, Attribute> attributes = {};
    bool has_subgraph = false;
};

/// What the importer needs of an ONNX file, decoded and checked for form: sizes fit, data are complete.
struct Model {
    std::string file = {};  // its path, for messages
    std::int64_t opset = 0;
    std::string producer = {};
    std::string input = {};
    std::vector<std::int64_t> input_dims = {};  // −1: not fixed
    std::string output = {};
    std::vector<Node> nodes = {};
    std::map<std::string, Constant> constants = {};  // initializers
};

/// Reads and decodes a file. External data are read from inside the file's folder only.
/// Throws Error naming the file, and the tensor or node, when the file cannot be read or is malformed.
Model read_model(const std::filesystem::path& path);

/// `name` for a message: at most 120 bytes.
std::string in_quotes(const std::string& name);

}  // namespace syncopate::onnx
