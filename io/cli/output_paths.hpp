#pragma once

#include "io/cli/file_kind.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace syncopate {

struct DataOptions;

/// A file or folder of a command line, and the option that names it. "" and "-" (stdout) are none.
struct NamedPath {
    std::string option;
    std::filesystem::path path;
    FileKind kind = FileKind::any;  // of an output: what is written, which may replace only its like
};

/// Paths that one option names.
std::vector<NamedPath> named_paths(const std::string& option, const std::vector<std::filesystem::path>& paths);

/// A network file, and the weights that lie beside it.
std::vector<NamedPath> network_paths(const std::string& option, const std::filesystem::path& network);

/// What a command reads that runs a network on a data set.
std::vector<NamedPath> input_paths(const std::filesystem::path& network, const DataOptions& data);

/// What a file of predictions of this name is.
FileKind kind_of_predictions(const std::filesystem::path& path);

/// Throws UsageError naming both options and the path if an output is an input or another output, however it is
/// written. Devices and pipes may be named twice.
void require_distinct(const std::vector<NamedPath>& inputs, const std::vector<NamedPath>& outputs);

/// Throws Error naming the option, the path and the reason if an output cannot be written, and UsageError if it would
/// replace a file of another kind; leaves nothing behind.
void require_writable(const std::vector<NamedPath>& outputs);

}  // namespace syncopate
