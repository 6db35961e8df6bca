#include "io/files/byte_source.hpp"

#include "core/error.hpp"
#include "io/files/byte_order.hpp"
#include "io/files/gzip.hpp"
#include "io/files/sha256.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/io/formats/data/sample_files.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace syncopate;

namespace {

std::string text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string read_text(const ByteSource& source, std::uint64_t offset, std::size_t length) {
    std::vector<std::byte> bytes(length);
    source.read(offset, bytes);
    return text_of(bytes);
}

}  // namespace

TEST_CASE("words are read in either byte order") {
    const std::array bytes = {std::byte{0x01}, std::byte{0x02}, std::byte{0x03}, std::byte{0xf4}};
    CHECK(load_word<std::uint32_t>(bytes.data(), std::endian::little) == 0xf4030201U);
    CHECK(load_word<std::uint32_t>(bytes.data(), std::endian::big) == 0x010203f4U);
    std::array<std::byte, 2> written = {};
    store_little_endian(std::uint16_t{0x1234}, written.data());
    CHECK(written[0] == std::byte{0x34});
    CHECK(written[1] == std::byte{0x12});
}

TEST_CASE("a file is read at any place, and not beyond its end") {
    const TemporaryFolder folder;
    const auto path = folder.write("a", "0123456789");
    const auto file = open_file(path);
    CHECK(file->size() == 10);
    CHECK(read_text(*file, 3, 4) == "3456");
    CHECK(read_text(*file, 10, 0).empty());
    const std::string message =
        path.string() + ": ends at byte 10, but 3 bytes are needed from byte 8 on: the file is truncated";
    CHECK_THROWS_WITH_AS(read_text(*file, 8, 3), message.c_str(), Error);
    CHECK_THROWS_AS(read_text(*file, ~std::uint64_t{0}, 2), Error);
}

TEST_CASE("a file that shrinks while it is read is an error") {
    const TemporaryFolder folder;
    const auto path = folder.write("a", "0123456789");
    const auto file = open_file(path);
    std::filesystem::resize_file(path, 5);
    CHECK_THROWS_WITH_AS(read_text(*file, 0, 10),
                         (path.string() + ": ends at byte 5: it shrank while it was read").c_str(), Error);
}

TEST_CASE("only regular files are opened") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "sub");
    CHECK_THROWS_WITH_AS(open_file(folder / "sub"), doctest::Contains("sub: is not a regular file"), Error);
    CHECK_THROWS_WITH_AS(open_file("/dev/zero"), "/dev/zero: is not a regular file", Error);
    CHECK_THROWS_WITH_AS(open_file(folder / "none"), doctest::Contains("none: cannot be read: No such file"), Error);
}

TEST_CASE("a whole file is read up to a limit") {
    const TemporaryFolder folder;
    const auto path = folder.write("a", "0123456789");
    CHECK(read_text_file(path, 10) == "0123456789");
    CHECK_THROWS_WITH_AS(read_text_file(path, 9), (path.string() + ": has 10 bytes, at most 9 are read").c_str(),
                         Error);
}

TEST_CASE("gzip is unpacked by its first bytes, whatever the name") {
    const TemporaryFolder folder;
    const std::string text = counting_bytes(5000);
    const auto packed = folder.write("a.bin", gzipped(text));
    CHECK(std::filesystem::file_size(packed) < text.size());
    const auto source = open_unpacked(packed, 5000);
    CHECK(source->size() == 5000);
    CHECK(read_text(*source, 0, 5000) == text);
    CHECK(text_of(first_unpacked_bytes(packed, 7)) == text.substr(0, 7));
    CHECK(read_text(*open_unpacked(folder.write("b", text), 1), 0, 5000) == text);
}

TEST_CASE("gzip members in a row are one content") {
    const TemporaryFolder folder;
    const auto path = folder.write("a.gz", gzipped("one ") + gzipped("two"));
    CHECK(text_of(gunzip(path, 100).bytes) == "one two");
}

TEST_CASE("unpacking stops at the limit, and so does its memory") {
    const TemporaryFolder folder;
    const auto path = folder.write("a.gz", gzipped(std::string(3U << 20U, 'x')));
    const Unpacked start = gunzip(path, 10);
    CHECK_FALSE(start.is_complete);
    CHECK(start.bytes.size() == 10);
    CHECK(start.bytes.capacity() < 4096);
    CHECK(gunzip(path, 3U << 20U).is_complete);
    CHECK_FALSE(gunzip(path, (3U << 20U) - 1).is_complete);
    const std::string message = path.string() +
                                ": unpacks to more than 1048576 bytes: unpack it first, so that it can be read "
                                "piece by piece";
    CHECK_THROWS_WITH_AS(open_unpacked(path, 1U << 20U), message.c_str(), Error);
}

TEST_CASE("gzip data that are cut anywhere are refused") {
    const TemporaryFolder folder;
    const std::string whole = gzipped(counting_bytes(300));
    for (std::size_t length = 2; length < whole.size(); ++length) {
        CAPTURE(length);
        const auto path = folder.write("a.gz", whole.substr(0, length));
        CHECK_THROWS_WITH_AS(gunzip(path, 1000), doctest::Contains("the file is truncated, get it again"), Error);
    }
}

TEST_CASE("gzip data with a wrong checksum are refused") {
    const TemporaryFolder folder;
    std::string bytes = gzipped(counting_bytes(300));
    bytes[bytes.size() - 8] = static_cast<char>(bytes[bytes.size() - 8] ^ 1);
    const auto path = folder.write("a.gz", bytes);
    CHECK_THROWS_WITH_AS(gunzip(path, 1000), doctest::Contains("the gzip data are damaged ("), Error);
}

TEST_CASE("SHA-256 gives the published values") {
    const TemporaryFolder folder;
    CHECK(sha256_of_file(folder.write("empty", "")) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256_of_file(folder.write("abc", "abc")) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256_of_file(folder.write("million", std::string(1000000, 'a'))) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
