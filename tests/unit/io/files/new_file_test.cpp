#include "io/files/new_file.hpp"

#include "core/error.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <stdexcept>
#include <string>
#include <vector>

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

TEST_CASE("files that belong together are all replaced or all left") {
    const TemporaryFolder folder;
    folder.write("a", "old a");
    folder.write("b", "old b");
    const std::vector<FileBytes> lost = {{folder / "a", "new a"}, {folder / "none/b", "new b"}};
    CHECK_THROWS_WITH_AS(write_files(lost), doctest::Contains("none/b: cannot be written"), Error);
    CHECK(folder.read("a") == "old a");
    // The first is complete when the second turns out not to fit on the disk.
    const std::vector<FileBytes> full = {{folder / "a", "new a"}, {"/dev/full", "new b"}};
    CHECK_THROWS_WITH_AS(write_files(full), "/dev/full: could not be written completely: is the disk full?", Error);
    CHECK(folder.read("a") == "old a");
    write_files(std::vector<FileBytes>{{folder / "a", "new a"}, {folder / "b", ""}});
    CHECK(folder.read("a") == "new a");
    CHECK(folder.read("b").empty());
    CHECK(folder.names("") == std::vector<std::string>{"a", "b"});
}

TEST_CASE("whether a file can be written is known without writing it") {
    const TemporaryFolder folder;
    folder.write("a", "old");
    std::filesystem::create_directory(folder / "sub");
    REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
    require_writable(folder / "a");
    require_writable(folder / "b");
    require_writable(folder / "pipe");  // nobody reads it, and this does not wait for a reader
    require_writable("/dev/null");
    CHECK_THROWS_WITH_AS(require_writable(folder / "none/a"), doctest::Contains("make its folder first"), Error);
    CHECK_THROWS_WITH_AS(require_writable(folder / "a/b"), doctest::Contains("a/b: cannot be written"), Error);
    CHECK_THROWS_WITH_AS(require_writable(folder / "sub"), doctest::Contains("is a folder"), Error);
    CHECK(folder.read("a") == "old");
    CHECK(folder.names("") == std::vector<std::string>{"a", "pipe", "sub"});
}
