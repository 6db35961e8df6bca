#include "io/formats/data/npy.hpp"

#include "core/error.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/io/formats/data/sample_files.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numeric>

using namespace syncopate;

namespace {

using Dimensions = std::vector<std::int64_t>;
using Values = std::vector<double>;

std::string header(const std::string& descr, const std::string& shape, bool is_fortran = false) {
    return "{'descr': '" + descr + "', 'fortran_order': " + (is_fortran ? "True" : "False") + ", 'shape': " + shape +
           ", }\n";
}

template <std::size_t Size>
std::string bytes(const char (&text)[Size]) {
    return {text, Size - 1};
}

}  // namespace

TEST_CASE("npy: every element type is read in both byte orders") {
    struct Case {
        std::string descr;
        std::string data;
        double value = 0.0;
    };
    const std::vector<Case> cases = {{"|b1", bytes("\x01"), 1},
                                     {"|b1", bytes("\x00"), 0},
                                     {"|i1", bytes("\xfe"), -2},
                                     {"|u1", bytes("\xfe"), 254},
                                     {"<i2", bytes("\x00\x80"), -32768},
                                     {">i2", bytes("\x80\x01"), -32767},
                                     {"<u2", bytes("\x01\x80"), 32769},
                                     {"<i4", bytes("\xff\xff\xff\xff"), -1},
                                     {">u4", bytes("\xff\xff\xff\xfe"), 4294967294.0},
                                     {"<i8", bytes("\xfb\xff\xff\xff\xff\xff\xff\xff"), -5},
                                     {">f2", bytes("\xc1\x00"), -2.5},
                                     {"<f2", bytes("\xff\x7b"), 65504},
                                     {"<f2", bytes("\x01\x00"), std::ldexp(1.0, -24)},
                                     {"<f2", bytes("\x00\xfc"), -std::numeric_limits<double>::infinity()},
                                     {"<f4", bytes("\x00\x00\x80\x3f"), 1.0},
                                     {">f4", bytes("\xbf\xc0\x00\x00"), -1.5},
                                     {"<f8", bytes("\x00\x00\x00\x00\x00\x00\xf8\x3f"), 1.5},
                                     {">f8", bytes("\x3f\xf0\x00\x00\x00\x00\x00\x00"), 1.0}};
    const TemporaryFolder folder;
    for (const Case& one : cases) {
        CAPTURE(one.descr);
        const auto path = folder.write("a.npy", npy_bytes(header(one.descr, "(1,)"), one.data));
        CHECK(open_npy(path).values() == Values{one.value});
    }
    const auto nan = folder.write("nan.npy", npy_bytes(header("<f2", "(1,)"), bytes("\x01\x7c")));
    CHECK(std::isnan(open_npy(nan).number(0)));
}

TEST_CASE("npy: format versions 1, 2 and 3, Python 2 longs, and headers of any spacing") {
    const TemporaryFolder folder;
    for (const int version : {1, 2, 3}) {
        const auto path = folder.write("a.npy", npy_bytes(header("|u1", "(2,)"), "\x01\x02", version));
        CHECK(open_npy(path).values() == Values{1, 2});
    }
    const std::string strange = "{ \"shape\":(2L,1),\"fortran_order\" : False ,'descr':\"|u1\"}";
    const NumericArray array = open_npy(folder.write("a.npy", npy_bytes(strange, "\x01\x02")));
    CHECK(array.dimensions() == Dimensions{2, 1});
}

TEST_CASE("npy: Fortran order is brought into C order") {
    const TemporaryFolder folder;
    // numpy.asfortranarray([[[0, 1], [2, 3], [4, 5]], [[6, 7], [8, 9], [10, 11]]])
    const std::string data = bytes("\x0\x6\x2\x8\x4\xa\x1\x7\x3\x9\x5\xb");
    const auto path = folder.write("a.npy", npy_bytes(header("|u1", "(2, 3, 2)", true), data));
    Values wanted(12);
    std::iota(wanted.begin(), wanted.end(), 0.0);
    CHECK(open_npy(path).values() == wanted);
    CHECK(read_npy(path).values() == wanted);
    // numpy.asfortranarray([[1, 2, 3], [4, 5, 6]], dtype='>i2')
    const auto two =
        folder.write("b.npy", npy_bytes(header(">i2", "(2, 3)", true), bytes("\x0\x1\x0\x4\x0\x2\x0\x5\x0\x3\x0\x6")));
    CHECK(open_npy(two).values() == Values{1, 2, 3, 4, 5, 6});
}

TEST_CASE("npy: a piece is read from its place") {
    const TemporaryFolder folder;
    const auto path = folder.write("a.npy", npy_bytes(header("<i2", "(4,)"), bytes("\1\0\2\0\3\0\4\0")));
    const NumericArray array = open_npy(path);
    Values piece(2);
    array.read(1, piece);
    CHECK(piece == Values{2, 3});
    CHECK(array.number(3) == 4);
    CHECK(array.size() == 4);
}

TEST_CASE("npy: long arrays are read in several pieces") {
    const TemporaryFolder folder;
    std::vector<double> values(200001);
    std::iota(values.begin(), values.end(), -7.0);
    write_npy(folder / "a.npy", {.dimensions = {200001}, .elements = std::span<const double>(values)});
    CHECK(open_npy(folder / "a.npy").values() == values);
}

TEST_CASE("npy: scalars, and empty arrays even with huge other dimensions") {
    const TemporaryFolder folder;
    CHECK(open_npy(folder.write("a.npy", npy_bytes(header("|u1", "()"), "\x07"))).values() == Values{7});
    const std::string huge = "(0, 9223372036854775807, 9223372036854775807)";
    CHECK(open_npy(folder.write("a.npy", npy_bytes(header("<f8", huge), ""))).size() == 0);
    CHECK(open_npy(folder.write("a.npy", npy_bytes(header("<f8", huge, true), ""))).size() == 0);
}

TEST_CASE("npy: what is written has the bytes that numpy writes") {
    const TemporaryFolder folder;
    const std::vector<float> values = {1.5F, -2.25F, 3.0F, 0.1F, 1e30F, -0.0F};
    write_npy(folder / "a.npy", {.dimensions = {2, 3}, .elements = std::span<const float>(values)});
    const NumericArray array = open_npy(folder / "a.npy");
    CHECK(array.type() == ElementType::float32);
    CHECK(array.dimensions() == Dimensions{2, 3});
    CHECK(array.values() == Values(values.begin(), values.end()));
    const std::string text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    CHECK(folder.read("a.npy").substr(0, 128) ==
          bytes("\x93NUMPY\x01\x00\x76\x00") + text + std::string(117 - text.size(), ' ') + "\n");
}

TEST_CASE("npy: gzipped files are read") {
    const TemporaryFolder folder;
    const auto path = folder.write("a.npy.gz", gzipped(npy_bytes(header("|u1", "(3,)"), "\x01\x02\x03")));
    CHECK(open_npy(path).values() == Values{1, 2, 3});
}

TEST_CASE("npy: files that are not what they claim are refused with the reason") {
    struct Case {
        std::string content;
        std::string message;
    };
    const std::string u1 = header("|u1", "(3,)");
    const std::vector<Case> cases = {
        {npy_bytes(u1, "\x01\x02"), "1 bytes are missing, the file is truncated"},
        {npy_bytes(u1, "\x01\x02\x03\x04"), "1 bytes follow that belong to nothing"},
        {npy_bytes(header("<f4", "(1000000000, 1000000000)"), ""), "bytes are missing, the file is truncated"},
        {npy_bytes(header("<f4", "(1000000000, 1000000000)", true), ""), "bytes are missing, the file is truncated"},
        {npy_bytes(header("<f4", "(4294967296, 4294967296)"), ""), "has more than 2^62 bytes: the header is damaged"},
        {npy_bytes(header("<f4", "(9223372036854775807,)"), ""), "has more than 2^62 bytes"},
        {npy_bytes(header("<f4", "(99999999999999999999,)"), ""), "has the dimension '99999999999999999999'"},
        {npy_bytes(header("<f4", "(-3,)"), ""), "has the dimension '-3'"},
        {npy_bytes(header("<f4", "(a,)"), ""), "has the dimension 'a'"},
        {npy_bytes(header("|O", "(1,)"), ""), "has the element type '|O', texts or objects: of labels save"},
        {npy_bytes(header("<c8", "(1,)"), ""), "has the element type '<c8'"},
        {npy_bytes(header("|f4", "(1,)"), ""), "has the element type '|f4'"},
        {npy_bytes(header("<i16", "(1,)"), ""), "has the element type '<i16'"},
        {npy_bytes("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", ""), "describes records"},
        {npy_bytes("{'descr': '<f4', 'shape': (1,)}", ""), "needs the keys 'descr', 'fortran_order' and 'shape'"},
        {npy_bytes("{'descr': '<f4', 'descr': '<f4'}", ""), "has the key 'descr' twice"},
        {npy_bytes("{'colour': 1}", ""), "has the unknown key 'colour'"},
        {npy_bytes("{'fortran_order': 1}", ""), "has fortran_order '1'"},
        {npy_bytes("{'descr", ""), "has a text without closing quote"},
        {npy_bytes("", ""), "lacks '{' before ''"},
        {npy_bytes(u1 + "x", ""), "has text after its closing brace"},
        {npy_bytes(u1, "", 4), "is .npy format 4, read are formats 1 to 3"},
        {bytes("\x93NUMPY\x01\x00"), "ends inside the .npy header: the file is truncated"},
        {bytes("\x93NUMPY\x01\x00\x76\x00{'descr'"), "ends inside the .npy header: the file is truncated"},
        {bytes("\x93NUMPY\x02\x00\xff\xff\xff\xff{"), "claims an .npy header of 4294967295 bytes"},
        {"hello", "does not begin as an .npy file does"},
        {"", "does not begin as an .npy file does"}};
    const TemporaryFolder folder;
    for (const Case& one : cases) {
        CAPTURE(one.content);
        const std::string& message = one.message;
        const auto path = folder.write("a.npy", one.content);
        CHECK_THROWS_WITH_AS(open_npy(path), doctest::Contains((path.string() + ": ").c_str()), Error);
        CHECK_THROWS_WITH_AS(open_npy(path), doctest::Contains(message.c_str()), Error);
        CHECK_THROWS_WITH_AS(read_npy(path), doctest::Contains(message.c_str()), Error);
    }
}

TEST_CASE("npy: a truncated file is told where it should end and where it does") {
    const TemporaryFolder folder;
    const auto path = folder.write("a.npy", npy_bytes(std::string(header("<f4", "(3, 2)")), std::string(20, '\0')));
    const std::size_t begin = 10 + header("<f4", "(3, 2)").size();
    CHECK_THROWS_WITH_AS(
        open_npy(path),
        (path.string() + ": shape 3x2 of float32 ends at byte " + std::to_string(begin + 24) +
         ", the data end at byte " + std::to_string(begin + 20) + ": 4 bytes are missing, the file is truncated")
            .c_str(),
        Error);
}

TEST_CASE("npy: a shape with more than 32 dimensions is refused") {
    std::string shape = "(";
    for (int i = 0; i < 33; ++i) shape += "1, ";
    const TemporaryFolder folder;
    const auto path = folder.write("a.npy", npy_bytes(header("|u1", shape + ")"), "\x01"));
    CHECK_THROWS_WITH_AS(open_npy(path), doctest::Contains("has more than 32 dimensions"), Error);
}

TEST_CASE("npy: a file damaged in any byte of its header is refused or still fits its size") {
    const TemporaryFolder folder;
    const std::string whole = npy_bytes(header("<i2", "(2, 3)"), std::string(12, '\1'));
    int refused = 0;
    for (std::size_t place = 0; place + 12 < whole.size(); ++place) {
        for (const int value : {0, 39, 40, 45, 57, 125, 255}) {
            std::string damaged = whole;
            damaged[place] = static_cast<char>(value);
            const auto path = folder.write("a.npy", damaged);
            try {
                const std::int64_t size = open_npy(path).size();
                CHECK(size <= 12);
            } catch (const Error&) {
                ++refused;
            }
        }
    }
    CHECK(refused > 300);
}

TEST_CASE("npz: arrays come back by name, in every type that is written") {
    const TemporaryFolder folder;
    const std::vector<double> doubles = {0.1, -1e300};
    const std::vector<std::int32_t> ints = {-7, 8, 9};
    const std::vector<std::int64_t> longs = {-5};
    const std::vector<std::uint8_t> pixels = {0, 255, 3, 4};
    const std::vector<NamedArray> arrays = {
        {.name = "d", .dimensions = {2}, .elements = std::span<const double>(doubles)},
        {.name = "i", .dimensions = {3, 1}, .elements = std::span<const std::int32_t>(ints)},
        {.name = "l", .dimensions = {}, .elements = std::span<const std::int64_t>(longs)},
        {.name = "p", .dimensions = {1, 2, 2}, .elements = std::span<const std::uint8_t>(pixels)}};
    write_npz(folder / "a.npz", arrays);
    const NpzArchive archive(folder / "a.npz");
    CHECK(archive.names() == std::vector<std::string>{"d", "i", "l", "p"});
    CHECK(archive.open("d").values() == doubles);
    CHECK(archive.open("i").values() == Values{-7, 8, 9});
    CHECK(archive.open("i").dimensions() == Dimensions{3, 1});
    CHECK(archive.open("l").values() == Values{-5});
    CHECK(archive.open("p").type() == ElementType::uint8);
    CHECK(archive.open("p").values() == Values{0, 255, 3, 4});
}

TEST_CASE("npz: an array that is not there is named with those that are") {
    const TemporaryFolder folder;
    const NpzArchive archive(folder.write("a.npz", zip_bytes({{.name = "one.npy", .content = "1"},
                                                              {.name = "readme.txt", .content = "2"},
                                                              {.name = "two.npy", .content = "3"}})));
    CHECK_THROWS_WITH_AS(archive.open("x"), doctest::Contains("a.npz: has no array 'x'; it has: one, two"), Error);
    CHECK_THROWS_WITH_AS(archive.open("one"), doctest::Contains("array 'one': does not begin as an .npy file does"),
                         Error);
}

TEST_CASE("npz: two arrays of one name are not written") {
    const TemporaryFolder folder;
    const std::vector<double> values = {1};
    const NamedArray array{.name = "x", .dimensions = {1}, .elements = std::span<const double>(values)};
    const std::vector<NamedArray> arrays = {array, array};
    CHECK_THROWS_WITH_AS(write_npz(folder / "a.npz", arrays), doctest::Contains("two arrays are called 'x'"), Error);
    CHECK(folder.names("").empty());
}

TEST_CASE("npz: a header that asks for more than the member has is refused before anything is unpacked") {
    const TemporaryFolder folder;
    const std::string content = npy_bytes(header("<f4", "(1000000,)"), "1234");
    const NpzArchive archive(folder.write("a.npz", zip_bytes({{.content = content}})));
    CHECK_THROWS_WITH_AS(archive.open("x"), doctest::Contains("array 'x': shape 1000000 of float32 ends at byte "),
                         Error);
}

TEST_CASE("npz: archives that numpy wrote are read, if they are there") {
    const std::filesystem::path file = SYNCOPATE_SOURCE_DIR "/../shared/data/reference";
    std::error_code ignored;
    std::filesystem::path archive_file;
    for (const auto& entry : std::filesystem::directory_iterator(file, ignored))
        if (entry.path().string().ends_with(".first256.npz")) archive_file = entry.path();
    if (archive_file.empty()) {
        MESSAGE("no archive of numpy's in " << file.string() << ": not tested");
        return;
    }
    const NpzArchive archive(archive_file);
    REQUIRE(archive.has("labels"));
    const Values labels = archive.open("labels").values();
    CHECK(labels.size() == 256);
    CHECK(Values(labels.begin(), labels.begin() + 4) == Values{3, 8, 8, 0});  // CIFAR-10's test set begins so
}
