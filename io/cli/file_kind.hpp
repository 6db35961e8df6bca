#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace syncopate {

/// What a file holds, by its first bytes, whatever its name.
enum class FileKind : std::uint8_t {
    any,      // of an output: may replace whatever is there
    nothing,  // no file, or an empty one
    network,
    weights,
    raster,
    probe,
    run_report,
    replay_report,
    study_report,
    convert_report,
    inspect_report,
    study_table,
    web_page,
    prediction_table,
    prediction_archive,
    onnx,
    archive,  // zip, .npz
    array,    // .npy
    png,
    svg,
    pdf,
    json,   // of no format of ours
    other,  // a folder, a device, or what we do not know
};

/// Reads at most the first 64 KiB. Of a file that cannot be read: `other`.
FileKind kind_of(const std::filesystem::path& path);

/// "an ONNX file", "a raster".
std::string to_string(FileKind kind);

/// Throws UsageError, naming the file, what it holds and which command takes that, if it is known to hold something
/// else than `wanted`: a network, an ONNX file or a raster. What is not known is left to whoever reads it.
void require_kind(const std::filesystem::path& path, FileKind wanted);

/// The commands that take such a file, as advice: "inspect and convert take it"; "" where none does.
std::string takers_of(FileKind kind, const std::string& path);

}  // namespace syncopate
