#include "io/cli/output_paths.hpp"

#include "core/error.hpp"
#include "io/cli/data_options.hpp"
#include "io/files/new_file.hpp"

#include <map>
#include <system_error>

namespace syncopate {

namespace {

bool is_none(const std::filesystem::path& path) { return path.empty() || path == "-"; }

/// Devices, pipes, and /dev/stdout and the like even where they are a file at the time.
bool is_stream(const std::filesystem::path& path) {
    const std::filesystem::path folder = path.parent_path();
    // Standard output may be a file that the shell has opened; renaming a new file over its name in /dev would leave
    // that file empty.
    return folder == "/dev" || folder == "/dev/fd" || is_device(path);
}

/// The same for all ways to write a path, also of a file that does not exist yet.
std::filesystem::path one_name_of(const std::filesystem::path& path) {
    std::error_code error;
    std::filesystem::path found = std::filesystem::weakly_canonical(std::filesystem::absolute(path), error);
    // Where a part of the path cannot be read, its spelling is the best that is left.
    if (error) found = std::filesystem::absolute(path).lexically_normal();
    return found.has_filename() ? found : found.parent_path();  // a folder with a slash at its end
}

/// Nobody wants a photograph replaced by a slip of the pen.
void require_like(const std::string& option, const std::filesystem::path& path, FileKind written) {
    if (written == FileKind::any || !std::filesystem::is_regular_file(path)) return;
    const FileKind there = kind_of(path);
    if (there == written || there == FileKind::nothing) return;
    throw UsageError(option + " " + path.string() + ": the file that is there holds " + to_string(there) + ", not " +
                     to_string(written) + "; give another name, or remove it first");
}

}  // namespace

std::vector<NamedPath> named_paths(const std::string& option, const std::vector<std::filesystem::path>& paths) {
    std::vector<NamedPath> named;
    for (const std::filesystem::path& path : paths) named.push_back({option, path});
    return named;
}

std::vector<NamedPath> network_paths(const std::string& option, const std::filesystem::path& network) {
    std::filesystem::path weights = network;
    weights.replace_extension(".safetensors");
    if (network.empty() || weights == network) return {{option, network, FileKind::network}};
    return {{option, network, FileKind::network}, {option + " (its weights)", weights, FileKind::weights}};
}

std::vector<NamedPath> input_paths(const std::filesystem::path& network, const DataOptions& data) {
    std::vector<NamedPath> inputs = network_paths("network", network);
    inputs.push_back({"--data", data.path});
    inputs.push_back({"--labels", data.labels});
    return inputs;
}

FileKind kind_of_predictions(const std::filesystem::path& path) {
    return path.extension() == ".csv" ? FileKind::prediction_table : FileKind::prediction_archive;
}

void require_distinct(const std::vector<NamedPath>& inputs, const std::vector<NamedPath>& outputs) {
    std::map<std::filesystem::path, std::string> owners;  // of canonical paths; one file may be read twice
    for (const auto& [option, path, kind] : inputs) {
        if (!is_none(path) && !is_stream(path)) owners.emplace(one_name_of(path), option);
    }
    for (const auto& [option, path, kind] : outputs) {
        if (is_none(path) || is_stream(path)) continue;
        const auto [owner, is_new] = owners.emplace(one_name_of(path), option);
        if (!is_new)
            throw UsageError(owner->second + " and " + option + " both name " + path.string() +
                             "; give them different files");
    }
}

void require_writable(const std::vector<NamedPath>& outputs) {
    for (const auto& [option, path, kind] : outputs) {
        if (is_none(path)) continue;
        require_like(option, path, kind);
        try {
            require_writable(path);
        } catch (const Error& error) {
            throw Error(option + " " + error.what());
        }
    }
}

}  // namespace syncopate
