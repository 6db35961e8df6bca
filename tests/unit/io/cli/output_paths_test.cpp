#include "io/cli/output_paths.hpp"

#include "core/error.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace syncopate;

namespace {

std::string said(const std::vector<NamedPath>& inputs, const std::vector<NamedPath>& outputs) {
    try {
        require_distinct(inputs, outputs);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

TEST_CASE("output paths: an output must be no input and no other output") {
    CHECK(said({{"network", "n.json"}}, {{"--raster", "p.json"}, {"--json", "p.json"}}) ==
          "--raster and --json both name p.json; give them different files");
    CHECK(said({{"network", "n.json"}, {"--data", "d.npz"}}, {{"--json", "n.json"}}) ==
          "network and --json both name n.json; give them different files");
    CHECK(said({{"network", "n.json"}, {"--data", "d.npz"}}, {{"--json", "j.json"}, {"--raster", "r.json"}}) ==
          "no error");
    CHECK(said({{"--data", "d.npz"}, {"--labels", "d.npz"}}, {}) == "no error");
}

TEST_CASE("output paths: one file has many names") {
    const TemporaryFolder folder;
    folder.write("n.json", "{}");
    std::filesystem::create_directory(folder / "sub");
    std::filesystem::create_symlink(folder / "n.json", folder / "link.json");
    std::filesystem::create_symlink(folder / "sub", folder / "other");
    const auto is_same = [&](const char* input, const char* output) {
        return said({{"network", folder / input}}, {{"--json", folder / output}}) != "no error";
    };
    CHECK(is_same("n.json", "./sub/../n.json"));
    CHECK(is_same("n.json", "link.json"));
    CHECK(is_same("sub/new.json", "other/new.json"));
    CHECK(is_same("sub", "sub/"));
    CHECK(is_same("none/new.json", "none/./new.json"));
    CHECK_FALSE(is_same("sub/new.json", "new.json"));
    CHECK(said({{"network", "new.json"}}, {{"--json", std::filesystem::current_path() / "new.json"}}) != "no error");
}

TEST_CASE("output paths: what is left out, stdout, devices and pipes may be named twice") {
    CHECK(said({{"--labels", ""}}, {{"--json", ""}, {"--raster", ""}}) == "no error");
    CHECK(said({}, {{"--json", "-"}, {"--raster", "-"}}) == "no error");
    CHECK(said({{"--data", "/dev/stdin"}}, {{"--json", "/dev/null"}, {"--raster", "/dev/null"}}) == "no error");
    CHECK(said({}, {{"--json", "/dev/fd/63"}, {"--raster", "/dev/fd/63"}}) == "no error");
    CHECK(said({}, {{"--json", "/dev/shm/a.json"}, {"--raster", "/dev/shm/a.json"}}) != "no error");
}

TEST_CASE("output paths: a network's weights lie beside it") {
    CHECK(said(network_paths("network", "out/n.json"), {{"--json", "out/n.safetensors"}}) ==
          "network (its weights) and --json both name out/n.safetensors; give them different files");
    CHECK(said({{"--calibration", "n.safetensors"}}, network_paths("--output", "n.json")) ==
          "--calibration and --output (its weights) both name n.safetensors; give them different files");
    CHECK(network_paths("--output", "n.safetensors").size() == 1);  // refused when it is written
    CHECK(network_paths("--output", "").size() == 1);
}

TEST_CASE("output paths: the option whose file cannot be written is named") {
    const TemporaryFolder folder;
    require_writable({{"--json", folder / "a.json"}, {"--raster", ""}, {"--png", "-"}});
    const std::string lost = (folder / "none/a.json").string();
    CHECK_THROWS_WITH_AS(
        require_writable({{"--json", folder / "a.json"}, {"--raster", lost}}),
        ("--raster " + lost + ": cannot be written: No such file or directory: make its folder first").c_str(), Error);
    CHECK(folder.names("").empty());
}
