#include "io/cli/file_kind.hpp"

#include "core/error.hpp"
#include "core/index.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

namespace syncopate {

namespace {

constexpr std::size_t head_size = std::size_t{1} << 16U;

constexpr std::array<std::pair<std::string_view, FileKind>, 8> json_formats = {{{"network", FileKind::network},
                                                                                {"raster", FileKind::raster},
                                                                                {"probe", FileKind::probe},
                                                                                {"run", FileKind::run_report},
                                                                                {"replay", FileKind::replay_report},
                                                                                {"study", FileKind::study_report},
                                                                                {"convert", FileKind::convert_report},
                                                                                {"inspect", FileKind::inspect_report}}};

using namespace std::string_view_literals;

constexpr std::array<std::pair<std::string_view, FileKind>, 10> beginnings = {
    {{"\x89PNG\r\n"sv, FileKind::png},
     {"\x93NUMPY"sv, FileKind::array},
     {"<svg"sv, FileKind::svg},
     {"%PDF-"sv, FileKind::pdf},
     {"<?xml"sv, FileKind::svg},
     {"<!DOCTYPE html"sv, FileKind::web_page},
     {"<!doctype html"sv, FileKind::web_page},
     {"arm,layers,T,seed,samples,"sv, FileKind::study_table},
     {"arm,layers,T,seed,sample,"sv, FileKind::prediction_table},
     {"sample,label,t,"sv, FileKind::prediction_table}}};

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// By the member "format", wherever it stands among the first.
FileKind json_kind(std::string_view head) {
    constexpr std::string_view key = "\"format\"";
    for (std::size_t at = head.find(key); at != std::string_view::npos; at = head.find(key, at + 1)) {
        std::string_view rest = head.substr(at + key.size());
        while (!rest.empty() && (is_space(rest.front()) || rest.front() == ':')) rest.remove_prefix(1);
        for (const auto& [name, kind] : json_formats) {
            if (rest.starts_with("\"syncopate-" + std::string(name) + "/")) return kind;
        }
    }
    return FileKind::json;
}

/// Archives of ours begin with a member of this name.
FileKind zip_kind(std::string_view head) {
    constexpr std::size_t name = 30;  // where the first member's name stands
    const std::string_view rest = head.substr(std::min(name, head.size()));
    return rest.starts_with("samples.npy") || rest.starts_with("arm_names.npy") ? FileKind::prediction_archive
                                                                                : FileKind::archive;
}

/// A model's message begins with its version (field 1) and goes on with another of its fields.
bool is_onnx(std::string_view head) {
    if (head.size() < 4 || head[0] != 0x08 || head[1] < 1 || head[1] > 31) return false;
    constexpr std::string_view next = "\x12\x1a\x22\x28\x32\x3a\x42\x72";
    return next.find(head[2]) != std::string_view::npos;
}

/// A header's length in 8 bytes, then JSON.
bool is_safetensors(std::string_view head) { return head.size() > 9 && head[7] == 0 && head[8] == '{'; }

}  // namespace

FileKind kind_of(const std::filesystem::path& path) {
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status)) return FileKind::nothing;
    if (!std::filesystem::is_regular_file(status)) return FileKind::other;
    std::ifstream stream(path, std::ios::binary);
    if (!stream) return FileKind::other;
    std::string bytes(head_size, '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(to_size(stream.gcount()));
    const std::string_view head = bytes;
    if (head.empty()) return FileKind::nothing;
    for (const auto& [beginning, kind] : beginnings) {
        if (head.starts_with(beginning)) return kind;
    }
    if (head.starts_with("PK\x03\x04")) return zip_kind(head);
    if (is_safetensors(head)) return FileKind::weights;
    if (is_onnx(head)) return FileKind::onnx;
    const auto first = std::ranges::find_if_not(head, is_space);
    if (first != head.end() && *first == '{') return json_kind(head);
    return path.extension() == ".onnx" ? FileKind::onnx : FileKind::other;
}

std::string to_string(FileKind kind) {
    constexpr std::array names = {"anything",
                                  "nothing",
                                  "a network file",
                                  "the weights of a network file",
                                  "a raster",
                                  "a probe file",
                                  "the report of a run",
                                  "the report of a replay",
                                  "the result of a study",
                                  "the report of a conversion",
                                  "what inspect says",
                                  "the table of a study",
                                  "a web page",
                                  "a table of predictions",
                                  "an archive of predictions",
                                  "an ONNX file",
                                  "a zip or NumPy archive",
                                  "a NumPy array",
                                  "a PNG picture",
                                  "an SVG or XML file",
                                  "a PDF document",
                                  "JSON of another program",
                                  "something else"};
    return names[to_size(kind)];
}

std::string takers_of(FileKind kind, const std::string& path) {
    switch (kind) {
        case FileKind::onnx:
            return "first make a network of it: syncopate convert " + path + " -o net.json";
        case FileKind::network:
            return "run, ablate, replay and inspect take it";
        case FileKind::weights:
            return "give the .json file beside it";
        case FileKind::raster:
            return "the command raster draws it, and replay --raster simulates a network on it";
        case FileKind::probe:
            return "the command raster draws it";
        case FileKind::archive:
        case FileKind::array:
            return "the option --data takes it";
        case FileKind::any:
        case FileKind::nothing:
        case FileKind::run_report:
        case FileKind::replay_report:
        case FileKind::study_report:
        case FileKind::convert_report:
        case FileKind::inspect_report:
        case FileKind::study_table:
        case FileKind::web_page:
        case FileKind::prediction_table:
        case FileKind::prediction_archive:
        case FileKind::png:
        case FileKind::svg:
        case FileKind::pdf:
        case FileKind::json:
        case FileKind::other:
            break;
    }
    return "";
}

void require_kind(const std::filesystem::path& path, FileKind wanted) {
    const FileKind kind = kind_of(path);
    if (kind == wanted || kind == FileKind::nothing || kind == FileKind::json || kind == FileKind::other) return;
    if (wanted == FileKind::raster && kind == FileKind::probe) return;  // whoever takes both tells them apart
    std::string advice = takers_of(kind, path.string());
    if (kind == FileKind::network && wanted == FileKind::onnx) advice = "it is converted already: " + advice;
    if (kind == FileKind::network && wanted == FileKind::raster)
        advice = "run " + path.string() + " --data DATA --record all --raster FILE makes one";
    throw UsageError(path.string() + ": is " + to_string(kind) + ", not " + to_string(wanted) +
                     (advice.empty() ? "" : "; " + advice));
}

}  // namespace syncopate
