#include "io/data/npy.hpp"

#include "core/error.hpp"
#include "io/data/file_bytes.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <regex>

namespace syncopate {

namespace {

std::uint32_t little_endian(const std::uint8_t* p, int bytes) {
    std::uint32_t value = 0;
    for (int i = 0; i < bytes; ++i) value |= std::uint32_t{p[i]} << (8 * i);
    return value;
}

double half_to_double(std::uint16_t h) {
    const int exponent = h >> 10 & 31;
    const double fraction = h & 1023;
    const double magnitude = exponent == 31  ? (fraction == 0.0 ? INFINITY : NAN)
                             : exponent == 0 ? std::ldexp(fraction, -24)
                                             : std::ldexp(1024.0 + fraction, exponent - 25);
    return h >> 15 != 0 ? -magnitude : magnitude;
}

template <class T>
double as_number(const std::uint8_t* p) {
    T value;
    std::memcpy(&value, p, sizeof value);
    return static_cast<double>(value);
}

/// What a .npy header states.
struct Header {
    NpyArray array;  // without bytes
    bool is_big_endian = false;
    bool is_fortran = false;
};

Header parse_header(const std::string& text, const std::string& where) {
    Header header;
    std::smatch found;
    if (!std::regex_search(text, found, std::regex(R"('descr'\s*:\s*'([<>|=]?)([fiub])(\d{1,2})')"))) {
        throw Error(
            where +
            ": the header states no type of plain numbers; save floats or integers (no objects, no structures)");
    }
    header.is_big_endian = found[1] == ">";
    header.array.kind = found[2].str()[0];
    header.array.item_size = std::stoi(found[3]);
    const std::int32_t n = header.array.item_size;
    const bool is_known = header.array.kind == 'f'   ? (n == 2 || n == 4 || n == 8)
                          : header.array.kind == 'b' ? n == 1
                                                     : (n == 1 || n == 2 || n == 4 || n == 8);
    if (!is_known)
        throw Error(where + ": type " + found[0].str() +
                    " is not supported; save float16, float32, float64 or integers");
    if (!std::regex_search(text, found, std::regex(R"('fortran_order'\s*:\s*(True|False))")))
        throw Error(where + ": the header does not state fortran_order");
    header.is_fortran = found[1] == "True";
    if (!std::regex_search(text, found, std::regex(R"('shape'\s*:\s*\(([0-9, ]*)\))")))
        throw Error(where + ": the header states no shape");
    const std::string shape = found[1];
    for (std::size_t i = 0; i < shape.size();) {
        std::int64_t extent = 0;
        const auto [end, error] = std::from_chars(shape.data() + i, shape.data() + shape.size(), extent);
        if (error == std::errc::result_out_of_range) throw Error(where + ": the shape (" + shape + ") is too large");
        if (error != std::errc{}) {
            ++i;
            continue;
        }
        header.array.shape.push_back(extent);
        i = static_cast<std::size_t>(end - shape.data());
    }
    return header;
}

/// Number of elements, or an error if the product does not fit what the file can hold.
std::uint64_t element_count(const std::vector<std::int64_t>& shape, std::uint64_t limit, const std::string& where) {
    std::uint64_t count = 1;
    for (const std::int64_t extent : shape) {
        if (extent == 0) return 0;
        if (static_cast<std::uint64_t>(extent) > limit / count)
            throw Error(where +
                        ": the shape claims more elements than the file holds; the file is truncated or damaged");
        count *= static_cast<std::uint64_t>(extent);
    }
    return count;
}

void to_c_order(NpyArray& array) {
    if (array.shape.size() < 2) return;
    const auto item = static_cast<std::size_t>(array.item_size);
    std::vector<std::uint8_t> moved(array.bytes.size());
    std::vector<std::int64_t> index(array.shape.size(), 0);
    for (std::size_t from = 0; from < array.bytes.size(); from += item) {
        std::int64_t to = 0;
        for (std::size_t d = 0; d < index.size(); ++d) to = to * array.shape[d] + index[d];
        std::copy_n(array.bytes.data() + from, item, moved.data() + static_cast<std::size_t>(to) * item);
        for (std::size_t d = 0; d < index.size() && ++index[d] == array.shape[d]; ++d) index[d] = 0;
    }
    array.bytes = std::move(moved);
}

}  // namespace

std::int64_t NpyArray::size() const { return static_cast<std::int64_t>(bytes.size()) / item_size; }

std::string NpyArray::type_name() const {
    const char* const name = kind == 'f' ? "float" : kind == 'i' ? "int" : kind == 'u' ? "uint" : "bool";
    return kind == 'b' ? name : name + std::to_string(8 * item_size);
}

double NpyArray::number(std::int64_t i) const {
    const std::uint8_t* const p = bytes.data() + i * item_size;
    if (kind == 'f') {
        if (item_size == 2) return half_to_double(static_cast<std::uint16_t>(little_endian(p, 2)));
        return item_size == 4 ? as_number<float>(p) : as_number<double>(p);
    }
    if (kind == 'i') {
        if (item_size == 1) return as_number<std::int8_t>(p);
        if (item_size == 2) return as_number<std::int16_t>(p);
        return item_size == 4 ? as_number<std::int32_t>(p) : as_number<std::int64_t>(p);
    }
    if (item_size == 1) return *p;
    if (item_size == 2) return as_number<std::uint16_t>(p);
    return item_size == 4 ? as_number<std::uint32_t>(p) : as_number<std::uint64_t>(p);
}

NpyArray parse_npy(const std::vector<std::uint8_t>& bytes, const std::string& where) {
    static constexpr std::uint8_t magic[] = {0x93, 'N', 'U', 'M', 'P', 'Y'};
    if (bytes.size() < 12 || !std::equal(std::begin(magic), std::end(magic), bytes.begin()))
        throw Error(where + ": is not a .npy file");
    const int version = bytes[6];
    if (version < 1 || version > 3)
        throw Error(where + ": .npy version " + std::to_string(version) + " is not known; versions 1 to 3 are");
    const std::size_t prefix = version == 1 ? 10 : 12;
    const std::size_t length = little_endian(bytes.data() + 8, version == 1 ? 2 : 4);
    if (length > bytes.size() - prefix || length > (1u << 16))
        throw Error(where + ": the header is truncated or too long");
    Header header = parse_header({bytes.begin() + static_cast<std::ptrdiff_t>(prefix),
                                  bytes.begin() + static_cast<std::ptrdiff_t>(prefix + length)},
                                 where);
    NpyArray& array = header.array;
    const std::size_t data = bytes.size() - prefix - length;
    const auto item = static_cast<std::uint64_t>(array.item_size);
    const std::uint64_t count = element_count(array.shape, data / item, where);
    if (count * item != data)
        throw Error(where + ": " + std::to_string(data) + " bytes of data where the shape needs " +
                    std::to_string(count * item));
    array.bytes.assign(bytes.begin() + static_cast<std::ptrdiff_t>(prefix + length), bytes.end());
    if (header.is_big_endian) {
        for (auto p = array.bytes.begin(); p != array.bytes.end(); p += array.item_size)
            std::reverse(p, p + array.item_size);
    }
    if (header.is_fortran) to_c_order(array);
    return std::move(header.array);
}

NpyArray read_npy(const std::filesystem::path& file) { return parse_npy(read_bytes(file), file.string()); }

namespace {

/// One entry of a zip file's central directory.
struct Member {
    std::string name;
    std::uint32_t method = 0, crc = 0, packed = 0, size = 0, offset = 0;
};

std::vector<Member> central_directory(const std::vector<std::uint8_t>& zip, const std::string& where) {
    constexpr std::size_t end_size = 22;
    if (zip.size() < end_size) throw Error(where + ": is not a .npz (zip) file");
    std::size_t end = zip.size() - end_size;
    const std::size_t stop = end > 65535 ? end - 65535 : 0;
    while (little_endian(zip.data() + end, 4) != 0x06054b50u) {
        if (end-- == stop) throw Error(where + ": is not a .npz (zip) file, or it is truncated");
    }
    const std::uint32_t count = little_endian(zip.data() + end + 10, 2);
    std::size_t at = little_endian(zip.data() + end + 16, 4);
    std::vector<Member> members;
    for (std::uint32_t k = 0; k < count; ++k) {
        if (at + 46 > zip.size() || little_endian(zip.data() + at, 4) != 0x02014b50u)
            throw Error(where + ": the zip directory is damaged");
        const std::uint8_t* const p = zip.data() + at;
        const std::uint32_t name = little_endian(p + 28, 2);
        if (at + 46 + name > zip.size()) throw Error(where + ": the zip directory is damaged");
        Member member{{p + 46, p + 46 + name},  little_endian(p + 10, 2), little_endian(p + 16, 4),
                      little_endian(p + 20, 4), little_endian(p + 24, 4), little_endian(p + 42, 4)};
        if (member.packed == 0xffffffffu || member.size == 0xffffffffu || member.offset == 0xffffffffu) {
            throw Error(where + ": member " + member.name +
                        " is larger than 4 GB, which is not supported; save it as .npy");
        }
        members.push_back(std::move(member));
        at += 46 + name + little_endian(p + 30, 2) + little_endian(p + 32, 2);
    }
    return members;
}

std::vector<std::uint8_t> unpack(const std::vector<std::uint8_t>& zip, const Member& member, const std::string& where) {
    const std::size_t at = member.offset;
    if (at + 30 > zip.size() || little_endian(zip.data() + at, 4) != 0x04034b50u)
        throw Error(where + ": the zip member is damaged");
    const std::size_t data = at + 30 + little_endian(zip.data() + at + 26, 2) + little_endian(zip.data() + at + 28, 2);
    if (data > zip.size() || member.packed > zip.size() - data) throw Error(where + ": the zip member is truncated");
    const std::span<const std::uint8_t> packed(zip.data() + data, member.packed);
    std::vector<std::uint8_t> bytes;
    if (member.method == 0 && member.packed == member.size) {
        bytes.assign(packed.begin(), packed.end());
    } else if (member.method == 8) {
        bytes = inflate_raw(packed, member.size, where);
    } else {
        throw Error(where + ": compression method " + std::to_string(member.method) +
                    " is not supported; use numpy.savez or savez_compressed");
    }
    if (crc32_of(bytes) != member.crc) throw Error(where + ": the checksum does not fit; the file is damaged");
    return bytes;
}

}  // namespace

std::map<std::string, NpyArray> read_npz(const std::filesystem::path& file) {
    const std::vector<std::uint8_t> zip = read_bytes(file);
    std::map<std::string, NpyArray> arrays;
    for (const Member& member : central_directory(zip, file.string())) {
        std::string name = member.name;
        if (name.size() > 4 && name.ends_with(".npy")) name.resize(name.size() - 4);
        const std::string where = file.string() + " (" + name + ")";
        if (arrays.contains(name)) throw Error(where + ": the name is used twice");
        arrays.emplace(name, parse_npy(unpack(zip, member, where), where));
    }
    return arrays;
}

}  // namespace syncopate
