#pragma once

#include "tests/support/temporary_folder.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace syncopate {

/// Whether there is something that knows JSON Schema; if not, says so. A test of schemas then returns.
bool can_judge();

/// A text that is valid in a file format, changed in one place at a time: (old text, new text).
struct Changes {
    std::string schema;
    std::string text;
    std::vector<std::pair<std::string, std::string>> changes;
    std::function<void(const std::filesystem::path&)> read;  // empty for files that we only write
};

/// The schema and the reader must both take the text, and both refuse it after each change.
void check_agreement(const Changes& file, const TemporaryFolder& folder);

}  // namespace syncopate
