#include "io/cli/file_kind.hpp"

#include "core/error.hpp"
#include "io/cli/output_paths.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace syncopate;
using namespace std::string_literals;

TEST_CASE("file kind: a file is known by what it holds, whatever its name") {
    const TemporaryFolder folder;
    const std::pair<std::string, FileKind> cases[] = {
        {"", FileKind::nothing},
        {"{\n  \"format\": \"syncopate-network/1\",", FileKind::network},
        {"{\"notes\": [], \"format\" : \"syncopate-network/1\"}", FileKind::network},
        {"{\n\"format\": \"syncopate-raster/1\",", FileKind::raster},
        {"{\"format\": \"syncopate-probe/1\"", FileKind::probe},
        {"{\"format\": \"syncopate-run/1\"", FileKind::run_report},
        {"{\"format\": \"syncopate-study/1\"", FileKind::study_report},
        {"{\"format\": \"other/1\"}", FileKind::json},
        {" {}", FileKind::json},
        {"\x08\x08\x12\x07pytorch", FileKind::onnx},
        {"\x40\0\0\0\0\0\0\0{\"w\":"s, FileKind::weights},
        {"\x89PNG\r\n\x1a\n", FileKind::png},
        {"PK\x03\x04", FileKind::archive},
        {"PK\x03\x04" + std::string(26, '\0') + "samples.npy", FileKind::prediction_archive},
        {"sample,label,t,prediction", FileKind::prediction_table},
        {"arm,layers,T,seed,samples,correct", FileKind::study_table},
        {"arm,layers,T,seed,sample,label", FileKind::prediction_table},
        {"notes of mine", FileKind::other},
    };
    for (const auto& [bytes, kind] : cases) {
        CAPTURE(bytes);
        CHECK(kind_of(folder.write("file.json", bytes)) == kind);
    }
    CHECK(kind_of(folder / "none") == FileKind::nothing);
    CHECK(kind_of(folder / "") == FileKind::other);
    CHECK(kind_of(folder.write("odd.onnx", "\x3a\x01x")) == FileKind::onnx);
}

TEST_CASE(
    "file kind: a file of another kind is named with what takes it; one that is not known is left to its reader") {
    const TemporaryFolder folder;
    const auto network = folder.write("a", "{\"format\": \"syncopate-network/1\"}");
    CHECK_THROWS_WITH_AS(require_kind(network, FileKind::onnx),
                         doctest::Contains("a: is a network file, not an ONNX file; it is converted already"),
                         UsageError);
    CHECK_NOTHROW(require_kind(network, FileKind::network));
    CHECK_NOTHROW(require_kind(folder.write("b", "{}"), FileKind::network));
    CHECK_NOTHROW(require_kind(folder.write("c", "text"), FileKind::network));
    CHECK_NOTHROW(require_kind(folder / "none", FileKind::network));
}

TEST_CASE("output paths: an output replaces its like and an empty file, and nothing else") {
    const TemporaryFolder folder;
    const auto run = folder.write("run.json", "{\"format\": \"syncopate-run/1\"}");
    CHECK_NOTHROW(require_writable(
        {{"--json", run, FileKind::run_report}, {"-o", folder.write("empty", ""), FileKind::network}}));
    CHECK_NOTHROW(require_writable({{"--json", run}}));
    CHECK_THROWS_WITH_AS(require_writable({{"--output", run, FileKind::network}}),
                         doctest::Contains("run.json: the file that is there holds the report of a run, not a network "
                                           "file; give another name, or remove it first"),
                         UsageError);
    CHECK(folder.read("run.json").starts_with("{"));
}
