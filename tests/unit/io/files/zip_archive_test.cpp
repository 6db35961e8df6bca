#include "io/files/zip_archive.hpp"

#include "core/error.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/io/formats/data/sample_files.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace syncopate;

namespace {

constexpr std::uint64_t most = 1U << 20U;

std::string text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

TEST_CASE("zip members come back as they were written, and the same input gives the same bytes") {
    const TemporaryFolder folder;
    const std::string one = "one";
    const std::string two = counting_bytes(3000);
    const std::vector<ZipInput> members = {
        {.name = "a", .pieces = {std::as_bytes(std::span(one)), std::as_bytes(std::span(two))}},
        {.name = "folder/b", .pieces = {}}};
    write_zip(folder / "1.zip", members);
    write_zip(folder / "2.zip", members);
    CHECK(folder.read("1.zip") == folder.read("2.zip"));
    CHECK(folder.names("") == std::vector<std::string>{"1.zip", "2.zip"});
    const ZipArchive archive(folder / "1.zip");
    REQUIRE(archive.members().size() == 2);
    CHECK(text_of(archive.unpack(archive.members()[0], most)) == one + two);
    CHECK(text_of(archive.first_bytes(archive.members()[0], 5)) == (one + two).substr(0, 5));
    CHECK(archive.members()[1].name == "folder/b");
    CHECK(archive.unpack(archive.members()[1], most).empty());
}

TEST_CASE("deflated zip members are unpacked") {
    const TemporaryFolder folder;
    const std::string text = counting_bytes(5000);
    const ZipArchive archive(folder.write("a.zip", zip_bytes({{.name = "a", .content = text}})));
    CHECK(text_of(archive.unpack(archive.members()[0], most)) == text);
}

TEST_CASE("a zip member may have any name: nothing is written under it") {
    const TemporaryFolder folder;
    const ZipArchive archive(folder.write("a.zip", zip_bytes({{.name = "../../etc/x", .content = "x"}})));
    CHECK(text_of(archive.unpack(archive.members()[0], most)) == "x");
    CHECK(folder.names("") == std::vector<std::string>{"a.zip"});
}

TEST_CASE("a zip member with a wrong checksum is refused") {
    const TemporaryFolder folder;
    const ZipArchive archive(folder.write("a.zip", zip_bytes({{.content = "hello", .has_wrong_checksum = true}})));
    CHECK_THROWS_WITH_AS(archive.unpack(archive.members()[0], most),
                         doctest::Contains("a.zip: member 'x.npy' is damaged: CRC error; get the file again"), Error);
}

TEST_CASE("a zip member that lies about its size is refused") {
    const TemporaryFolder folder;
    const std::string content(100, 'x');
    for (const std::int64_t claim : {99, 101}) {
        CAPTURE(claim);
        const ZipArchive archive(folder.write("a.zip", zip_bytes({{.content = content, .claimed_size = claim}})));
        CHECK_THROWS_WITH_AS(archive.unpack(archive.members()[0], most), doctest::Contains("member 'x.npy' is damaged"),
                             Error);
    }
    const auto bomb = folder.write("b.zip", zip_bytes({{.content = content, .claimed_size = 2000000000}}));
    CHECK_THROWS_WITH_AS(ZipArchive{bomb},
                         doctest::Contains("to 2000000000 bytes, which is not possible: the archive is damaged"),
                         Error);
}

TEST_CASE("a zip member above the limit is not unpacked") {
    const TemporaryFolder folder;
    const ZipArchive archive(folder.write("a.zip", zip_bytes({{.content = std::string(1000, 'x')}})));
    CHECK_THROWS_WITH_AS(archive.unpack(archive.members()[0], 999),
                         doctest::Contains("member 'x.npy' unpacks to 1000 bytes, at most 999 are unpacked"), Error);
}

TEST_CASE("encrypted zip members, doubled names and archives that are none are refused") {
    const TemporaryFolder folder;
    const ZipArchive encrypted(folder.write("e.zip", zip_bytes({{.content = "hello hello", .flags = 1}})));
    CHECK_THROWS_WITH_AS(encrypted.unpack(encrypted.members()[0], most),
                         doctest::Contains("write it stored or deflated and without encryption"), Error);
    const auto doubled = folder.write("d.zip", zip_bytes({{.content = "1"}, {.content = "2"}}));
    CHECK_THROWS_WITH_AS(ZipArchive{doubled},
                         doctest::Contains("d.zip: cannot be opened as a zip archive: File already exists"), Error);
    const auto text = folder.write("t.zip", "hello");
    CHECK_THROWS_WITH_AS(ZipArchive{text},
                         (text.string() + ": cannot be opened as a zip archive: Not a zip archive").c_str(), Error);
    CHECK_THROWS_WITH_AS(ZipArchive{folder / "none"}, doctest::Contains("none: cannot be read: No such file"), Error);
}

TEST_CASE("a zip archive cut anywhere is refused") {
    const TemporaryFolder folder;
    const std::string whole = zip_bytes({{.content = counting_bytes(200)}});
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CAPTURE(length);
        const auto path = folder.write("a.zip", whole.substr(0, length));
        CHECK_THROWS_WITH_AS(ZipArchive{path}, doctest::Contains("a.zip: cannot be opened as a zip archive: "), Error);
    }
}

TEST_CASE("a zip archive is not written over a device") {
    CHECK_THROWS_WITH_AS(write_zip("/dev/null", {}), doctest::Contains("is not a regular file"), Error);
    CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("a zip archive with damaged bytes is refused, or its members are as they were") {
    const TemporaryFolder folder;
    const std::vector<ZipClaim> members = {{.name = "a", .content = counting_bytes(400)},
                                           {.name = "b", .content = std::string(3000, 'b')}};
    const std::string whole = zip_bytes(members);
    int refused = 0;
    for (std::uint32_t seed = 0; seed < 300; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        std::string damaged = whole;
        for (int i = 0; i < 3; ++i) damaged[random() % damaged.size()] = static_cast<char>(random());
        const auto path = folder.write("a.zip", damaged);
        try {
            const ZipArchive archive(path);
            for (const auto& member : archive.members()) {
                const std::string text = text_of(archive.unpack(member, most));
                const bool is_known = text == members[0].content || text == members[1].content;
                CHECK(is_known);
            }
        } catch (const Error&) {
            ++refused;
        }
    }
    CHECK(refused > 200);
}
