#pragma once

#include <span>
#include <string_view>

namespace syncopate {

/// A file of io/schemas, as it was when the program was built.
struct SchemaFile {
    std::string_view name;  // "network"
    std::string_view text;
};

/// All of them; the definition is written by the build (cmake/embed_schemas.cmake).
std::span<const SchemaFile> schema_files();

}  // namespace syncopate
