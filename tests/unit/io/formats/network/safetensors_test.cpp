#include "io/formats/network/safetensors.hpp"

#include "core/error.hpp"
#include "io/files/sha256.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <random>
#include <sstream>

using namespace syncopate;

namespace {

std::string file_bytes(const std::string& header, const std::string& data, std::uint64_t claimed) {
    const auto length = std::bit_cast<std::array<char, 8>>(claimed);
    return std::string(length.data(), 8) + header + data;
}

/// What reading a file with this header and so many bytes of data says.
std::string message(const std::string& header, std::size_t data_bytes) {
    const TemporaryFolder folder;
    const auto path = folder.write("t.safetensors", file_bytes(header, std::string(data_bytes, '\0'), header.size()));
    try {
        read_safetensors(path);
    } catch (const Error& error) {
        return std::string(error.what()).substr((folder / "").string().size());
    }
    return "no error";
}

std::string one(const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return R"({"w":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}";
}

}  // namespace

TEST_CASE("safetensors: the bytes are those the format prescribes") {
    const std::vector<float> floats = {1.0f, -2.0f};
    const std::vector<std::int32_t> integers = {-1};
    std::ostringstream out;
    write_safetensors(out, std::vector<TensorView>{{"w", {2, 1}, std::span(floats)}, {"s", {}, std::span(integers)}});
    std::string header =
        R"({"w":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"s":{"dtype":"I32","shape":[],"data_offsets":[8,12]}})";
    header.resize((header.size() + 7) / 8 * 8, ' ');
    const std::string data("\x00\x00\x80\x3f\x00\x00\x00\xc0\xff\xff\xff\xff", 12);
    CHECK(out.str() == file_bytes(header, data, header.size()));
}

TEST_CASE("safetensors: tensors come back in the order of their data with the hash of the file") {
    const TemporaryFolder folder;
    const std::string header =
        R"({"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})";
    const std::string data("\x00\x00\x00\x00\x00\x00\xf0\x3f\x00\x00\x00\x40", 12);
    const auto path = folder.write("t.safetensors", file_bytes(header, data, header.size()));
    const StoredTensors stored = read_safetensors(path);
    REQUIRE(stored.tensors.size() == 2);
    CHECK(stored.tensors[0].name == "a");
    CHECK(std::get<std::vector<double>>(stored.tensors[0].values) == std::vector<double>{1.0});
    CHECK(stored.tensors[1].name == "b");
    CHECK(std::get<std::vector<float>>(stored.tensors[1].values) == std::vector<float>{2.0f});
    CHECK(stored.sha256 == sha256_of_file(path));
}

TEST_CASE("safetensors: offsets that overlap, leave gaps or pass the end are refused") {
    CHECK(message(one("F32", "[2]", "[0,8]"), 8) == "no error");
    CHECK(message(one("F32", "[2]", "[0,8]"), 7) ==
          "t.safetensors: tensor \"w\": data_offsets[1]: 8, must be a whole number from 0 to 7");
    CHECK(message(one("F32", "[2]", "[0,8]"), 9) == "t.safetensors: 1 bytes at the end belong to no tensor");
    CHECK(message(one("F32", "[2]", "[4,12]"), 12) ==
          "t.safetensors: tensor \"w\": begins at 4, but the data before it end at 0; tensors may neither overlap nor "
          "leave gaps");
    CHECK(
        message(
            R"({"v":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
            12) ==
        "t.safetensors: tensor \"w\": begins at 4, but the data before it end at 8; tensors may neither overlap nor "
        "leave gaps");
    CHECK(message(one("F32", "[2]", "[8,0]"), 8) ==
          "t.safetensors: tensor \"w\": data_offsets: do not fit shape [2] of F32");
    CHECK(message(one("F32", "[2]", "[0,8,8]"), 8) ==
          "t.safetensors: tensor \"w\": data_offsets: must be two numbers, begin and end");
}

TEST_CASE("safetensors: shapes whose product overflows are refused before anything is allocated") {
    for (const std::string shape :
         {"[4294967296,1073741824]", "[1073741824,4,1073741824]", "[1099511627776,1099511627776,1099511627776]",
          "[4,1073741824,1073741824]", "[65536,65536,65536,65536]"}) {
        CAPTURE(shape);
        CHECK(message(one("F32", shape, "[0,0]"), 0) ==
              "t.safetensors: tensor \"w\": data_offsets: do not fit shape " + shape + " of F32");
        CHECK(message(one("F64", shape, "[0,8]"), 8) ==
              "t.safetensors: tensor \"w\": data_offsets: do not fit shape " + shape + " of F64");
    }
    CHECK(message(one("F32", "[1099511627776,0]", "[0,0]"), 0) == "no error");
    CHECK(message(one("F32", "[1e3]", "[0,8]"), 8)
              .starts_with("t.safetensors: tensor \"w\": shape[0]: 1000.0, must be a whole number"));
    CHECK(message(one("F32", "[-2]", "[0,8]"), 8)
              .starts_with("t.safetensors: tensor \"w\": shape[0]: -2, must be a whole number"));
}

TEST_CASE("safetensors: other types, headers that are no header and names given twice are refused") {
    CHECK(message(one("BF16", "[4]", "[0,8]"), 8) ==
          "t.safetensors: tensor \"w\": dtype: \"BF16\", is not known; possible: \"F32\", \"F64\", \"I32\"");
    CHECK(message("[]", 0) == "t.safetensors: the header must be an object");
    CHECK(message("{", 0).starts_with("t.safetensors: not valid JSON: "));
    CHECK(message(R"({"w":3})", 0) == "t.safetensors: tensor \"w\": 3, must be an object");
    CHECK(
        message(
            R"({"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}})",
            0) == "t.safetensors: tensor \"w\" is given twice");
    CHECK(message(std::string(100, '['), 0) == "t.safetensors: nested deeper than 3 levels");
}

TEST_CASE("safetensors: a header length beyond the file or 100 MB is refused") {
    const TemporaryFolder folder;
    for (const std::uint64_t claimed :
         {std::uint64_t{3}, std::uint64_t{100'000'001}, std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
        CAPTURE(claimed);
        const auto path = folder.write("t.safetensors", file_bytes("{}", "", claimed));
        CHECK_THROWS_WITH_AS(read_safetensors(path),
                             (path.string() + ": header of " + std::to_string(claimed) +
                              " bytes, must be at most 100 MB and fit in the file (10 bytes)")
                                 .c_str(),
                             Error);
    }
    const auto path = folder.write("t.safetensors", "1234567");
    CHECK_THROWS_WITH_AS(read_safetensors(path),
                         (path.string() + ": has 7 bytes; a safetensors file has between 8 and 2^32").c_str(), Error);
}

TEST_CASE("safetensors: whatever bytes are damaged, it is read or refused with the file's name, never worse") {
    const TemporaryFolder folder;
    const std::string header = one("F32", "[2,3]", "[0,24]");
    const std::string whole = file_bytes(header, std::string(24, 'x'), header.size());
    int refused = 0;
    for (std::uint32_t seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        std::string bytes = whole.substr(0, seed % 4 == 0 ? random() % whole.size() : whole.size());
        for (int n = 0; n < 2 && !bytes.empty(); ++n) {
            bytes[random() % bytes.size()] =
                seed % 2 == 0 ? R"({}[],":019-.e)"[random() % 13] : static_cast<char>(random() % 256);
        }
        const auto path = folder.write("t.safetensors", bytes);
        try {
            read_safetensors(path);
        } catch (const Error& error) {
            ++refused;
            CHECK(std::string(error.what()).starts_with(path.string() + ": "));
        }
    }
    CHECK(refused > 150);
}

TEST_CASE("SHA-256: the known answers of the standard") {
    const TemporaryFolder folder;
    CHECK(sha256_of_file(folder.write("empty", "")) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256_of_file(folder.write("abc", "abc")) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256_of_file(folder.write("million", std::string(1'000'000, 'a'))) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    CHECK_THROWS_AS(sha256_of_file(folder / "absent"), Error);
}
