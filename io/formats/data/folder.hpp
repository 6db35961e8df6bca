#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace syncopate {

/// Entries of a folder in the order of their names (by bytes), without hidden ones. Throws Error naming the folder if
/// it cannot be read.
std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder);

/// Those of them that are folders.
std::vector<std::filesystem::path> subfolders_of(const std::filesystem::path& folder);

bool has_subfolders(const std::filesystem::path& folder);

/// "a, b, c": the names of these files, the first few of many.
std::string list_names(const std::vector<std::filesystem::path>& paths);

/// The text with ASCII letters in lower case.
std::string lower_case(std::string text);

}  // namespace syncopate
