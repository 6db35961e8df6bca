#include "tests/support/npz_for_tests.hpp"

#include "core/error.hpp"

#include <zlib.h>

#include <cstring>
#include <fstream>
#include <iterator>

namespace syncopate::support {

namespace {

template <class Number>
Number number_at(const std::string& bytes, std::size_t offset) {
    if (offset + sizeof(Number) > bytes.size()) throw Error("npz: truncated");
    Number value{};
    std::memcpy(&value, bytes.data() + offset, sizeof(Number));
    return value;
}

std::string inflated(std::string packed, std::size_t size) {
    std::string result(size, '\0');
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw Error("npz: zlib cannot start");
    stream.next_in = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data());
    stream.avail_out = static_cast<uInt>(size);
    const int status = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    if (status != Z_STREAM_END) throw Error("npz: damaged data");
    return result;
}

template <class Number>
std::vector<double> values_of(const std::string& bytes, std::size_t offset, std::size_t count) {
    std::vector<double> values;
    for (std::size_t i = 0; i < count; ++i) {
        values.push_back(static_cast<double>(number_at<Number>(bytes, offset + i * sizeof(Number))));
    }
    return values;
}

/// False for types that are not read.
bool decode_npy(const std::string& bytes, NpzArray& array) {
    const std::size_t begin = bytes.size() > 6 && bytes[6] == 1 ? 10 : 12;
    const std::size_t length = begin == 10 ? number_at<std::uint16_t>(bytes, 8) : number_at<std::uint32_t>(bytes, 8);
    const std::string header = bytes.substr(begin, length);
    if (header.find("'fortran_order': False") == std::string::npos) return false;
    std::size_t count = 1;
    std::size_t at = header.find('(') + 1;
    while (header[at] != ')') {
        if (std::isdigit(static_cast<unsigned char>(header[at])) == 0) {
            ++at;
            continue;
        }
        std::size_t used = 0;
        array.dims.push_back(std::stoll(header.substr(at), &used));
        count *= static_cast<std::size_t>(array.dims.back());
        at += used;
    }
    const std::size_t data = begin + length;
    if (header.find("'<f4'") != std::string::npos)
        array.values = values_of<float>(bytes, data, count);
    else if (header.find("'<f8'") != std::string::npos)
        array.values = values_of<double>(bytes, data, count);
    else if (header.find("'<i8'") != std::string::npos)
        array.values = values_of<std::int64_t>(bytes, data, count);
    else
        return false;
    return true;
}

}  // namespace

std::map<std::string, NpzArray> read_npz(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    const std::size_t end = bytes.rfind("PK\5\6");
    if (end == std::string::npos) throw Error(path.string() + ": not a zip archive");
    std::map<std::string, NpzArray> arrays;
    std::size_t entry = number_at<std::uint32_t>(bytes, end + 16);
    for (int i = 0; i < number_at<std::uint16_t>(bytes, end + 10); ++i) {
        const auto method = number_at<std::uint16_t>(bytes, entry + 10);
        const std::size_t packed_size = number_at<std::uint32_t>(bytes, entry + 20);
        const std::size_t size = number_at<std::uint32_t>(bytes, entry + 24);
        const std::size_t name_length = number_at<std::uint16_t>(bytes, entry + 28);
        const std::size_t local = number_at<std::uint32_t>(bytes, entry + 42);
        const std::size_t data =
            local + 30 + number_at<std::uint16_t>(bytes, local + 26) + number_at<std::uint16_t>(bytes, local + 28);
        std::string name = bytes.substr(entry + 46, name_length);
        if (name.size() > 4) name.resize(name.size() - 4);  // ".npy"
        std::string content = bytes.substr(data, packed_size);
        if (method == 8) content = inflated(std::move(content), size);
        NpzArray array;
        if (decode_npy(content, array)) arrays.emplace(name, std::move(array));
        entry += 46 + name_length + number_at<std::uint16_t>(bytes, entry + 30) +
                 number_at<std::uint16_t>(bytes, entry + 32);
    }
    return arrays;
}

}  // namespace syncopate::support
