#include "io/files/new_file.hpp"

#include "core/error.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace syncopate;

TEST_CASE("a new file appears under its name only when it is kept") {
    const TemporaryFolder folder;
    folder.write("a.json", "old");
    {
        NewFile file(folder / "a.json");
        file.stream() << "new";
        file.stream().flush();
        CHECK(folder.read("a.json") == "old");
        file.keep();
        CHECK(folder.read("a.json") == "new");
    }
    CHECK(folder.names("") == std::vector<std::string>{"a.json"});
}

TEST_CASE("an exception leaves the old file and nothing beside it") {
    const TemporaryFolder folder;
    folder.write("a.json", "old");
    const auto write_half = [&] {
        NewFile file(folder / "a.json");
        file.stream() << "half";
        throw std::runtime_error("stop");
    };
    CHECK_THROWS_AS(write_half(), std::runtime_error);
    CHECK(folder.read("a.json") == "old");
    CHECK(folder.names("") == std::vector<std::string>{"a.json"});
}

TEST_CASE("two writers of one file do not disturb one another") {
    const TemporaryFolder folder;
    NewFile first(folder / "a");
    NewFile second(folder / "a");
    first.stream() << "first";
    second.stream() << "second";
    first.keep();
    CHECK(folder.read("a") == "first");
    second.keep();
    CHECK(folder.read("a") == "second");
    CHECK(folder.names("") == std::vector<std::string>{"a"});
}

TEST_CASE("a file that cannot be written is named with a remedy") {
    const TemporaryFolder folder;
    const auto lost = folder / "none/a.json";
    CHECK_THROWS_WITH_AS(
        NewFile{lost},
        (lost.string() + ": cannot be written: No such file or directory: make its folder first").c_str(), Error);
    std::filesystem::create_directory(folder / "sub");
    CHECK_THROWS_WITH_AS(NewFile{folder / "sub"}, doctest::Contains("is a folder, give the name of a file"), Error);
}

TEST_CASE("a stream that failed is not kept") {
    const TemporaryFolder folder;
    folder.write("a", "old");
    NewFile file(folder / "a");
    file.stream().setstate(std::ios::badbit);
    CHECK_THROWS_WITH_AS(file.keep(), doctest::Contains("could not be written completely: is the disk full?"), Error);
    CHECK(folder.read("a") == "old");
}

TEST_CASE("a symbolic link keeps its place and its target changes") {
    const TemporaryFolder folder;
    folder.write("target", "old");
    std::filesystem::create_symlink(folder / "target", folder / "link");
    NewFile file(folder / "link");
    file.stream() << "new";
    file.keep();
    CHECK(std::filesystem::is_symlink(folder / "link"));
    CHECK(folder.read("target") == "new");
}

TEST_CASE("a device is written, not replaced") {
    NewFile file("/dev/null");
    file.stream() << "nothing";
    file.keep();
    CHECK(std::filesystem::is_character_file("/dev/null"));
}
