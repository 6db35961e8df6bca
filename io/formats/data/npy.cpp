#include "io/formats/data/npy.hpp"

#include "core/assert.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "io/files/new_file.hpp"
#include "io/formats/data/npy_header.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

namespace syncopate {

// Elements are written as they lie in memory, and the header says little-endian.
static_assert(std::endian::native == std::endian::little, "write_npy needs a little-endian machine");

namespace {

constexpr std::string_view suffix = ".npy";

std::string member_name(const std::string& array) { return array + std::string(suffix); }

ElementType type_of(const NamedArray& array) {
    constexpr std::array<ElementType, 5> types = {ElementType::float64, ElementType::float32, ElementType::int32,
                                                  ElementType::int64, ElementType::uint8};
    static_assert(types.size() == std::variant_size_v<NamedArray::Elements>);
    return types[array.elements.index()];
}

std::span<const std::byte> bytes_of(const NamedArray& array) {
    return std::visit([](auto elements) -> std::span<const std::byte> { return std::as_bytes(elements); },
                      array.elements);
}

std::vector<std::byte> header_of(const NamedArray& array) {
    const ArrayLayout layout{.type = type_of(array), .dimensions = array.dimensions};
    SYNCOPATE_ASSERT(byte_count(layout, array.name) == bytes_of(array).size());
    return npy_header(layout.type, layout.dimensions);
}

void write(std::ostream& stream, std::span<const std::byte> bytes) {
    stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

NumericArray open_npy(const std::filesystem::path& path) {
    auto source = open_unpacked(path, largest_unpacked);
    ArrayLayout layout = parse_npy_header(first_bytes(*source, largest_npy_header), source->name());
    return {std::move(layout), std::move(source)};
}

NpyArray read_npy(const std::filesystem::path& path) {
    auto source = open_unpacked(path, largest_unpacked);
    ArrayLayout layout = parse_npy_header(first_bytes(*source, largest_npy_header), source->name());
    check_byte_count(layout, source->size(), source->name());
    std::vector<std::byte> bytes = first_bytes(*source, to_size(source->size()));
    return {std::move(layout), bytes_in_memory(std::move(bytes), source->name())};
}

NpzArchive::NpzArchive(const std::filesystem::path& path) : path_(path.string()), archive_(path) {}

std::vector<std::string> NpzArchive::names() const {
    std::vector<std::string> names;
    for (const auto& member : archive_.members())
        if (member.name.ends_with(suffix)) names.push_back(member.name.substr(0, member.name.size() - suffix.size()));
    return names;
}

bool NpzArchive::has(const std::string& name) const {
    return std::ranges::find(archive_.members(), member_name(name), &ZipMember::name) != archive_.members().end();
}

NumericArray NpzArchive::open(const std::string& name) const {
    const auto member = std::ranges::find(archive_.members(), member_name(name), &ZipMember::name);
    if (member == archive_.members().end()) {
        std::string there;
        for (const auto& other : names()) there += (there.empty() ? "" : ", ") + other;
        throw Error(path_ + ": has no array '" + name + "'; it has: " + (there.empty() ? "none" : there));
    }
    const std::string where = path_ + ": array '" + name + "'";
    ArrayLayout layout = parse_npy_header(archive_.first_bytes(*member, largest_npy_header), where);
    // What the header asks for is compared with what the archive claims before anything is unpacked.
    check_byte_count(layout, member->size, where);
    return {std::move(layout), bytes_in_memory(archive_.unpack(*member, largest_unpacked), where)};
}

void write_npy(const std::filesystem::path& path, const NamedArray& array) {
    const std::vector<std::byte> header = header_of(array);
    NewFile file(path);
    write(file.stream(), header);
    write(file.stream(), bytes_of(array));
    file.keep();
}

void write_npz(const std::filesystem::path& path, std::span<const NamedArray> arrays) {
    std::set<std::string> names;
    std::vector<std::vector<std::byte>> headers;
    headers.reserve(arrays.size());
    std::vector<ZipInput> members;
    for (const auto& array : arrays) {
        if (!names.insert(array.name).second)
            throw Error(path.string() + ": two arrays are called '" + array.name + "'");
        headers.push_back(header_of(array));
        members.push_back({.name = member_name(array.name), .pieces = {headers.back(), bytes_of(array)}});
    }
    write_zip(path, members);
}

}  // namespace syncopate
