# Writes the files of io/schemas into a source file, so that the program can print them wherever it is installed.
file(GLOB schema_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/io/schemas/*.schema.json)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${schema_files})
set(entries "")
foreach(path IN LISTS schema_files)
    get_filename_component(name ${path} NAME)
    string(REPLACE ".schema.json" "" name ${name})
    file(READ ${path} text)
    string(APPEND entries "    {\"${name}\", R\"schema(${text})schema\"},\n")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/generated/schema_files.cpp CONTENT
"#include \"io/schemas/schema_files.hpp\"

namespace syncopate {

namespace {

constexpr SchemaFile files[] = {
@entries@};

}  // namespace

std::span<const SchemaFile> schema_files() { return files; }

}  // namespace syncopate
" @ONLY)
target_sources(syncopate_io PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/generated/schema_files.cpp)
