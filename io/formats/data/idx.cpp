#include "io/formats/data/idx.hpp"

#include "core/error.hpp"
#include "io/files/byte_order.hpp"
#include "io/files/gzip.hpp"

#include <string>
#include <utility>

namespace syncopate {

namespace {

constexpr std::size_t magic_length = 4;

std::optional<ElementType> type_of_code(int code) {
    switch (code) {
        case 0x08:
            return ElementType::uint8;
        case 0x09:
            return ElementType::int8;
        case 0x0b:
            return ElementType::int16;
        case 0x0c:
            return ElementType::int32;
        case 0x0d:
            return ElementType::float32;
        case 0x0e:
            return ElementType::float64;
        default:
            return std::nullopt;
    }
}

/// The whole of a packed file, of which the header told the size.
std::unique_ptr<ByteSource> unpacked(const std::filesystem::path& path, const ArrayLayout& layout) {
    const std::string name = path.string();
    const std::uint64_t size = byte_count(layout, name);
    if (size > largest_unpacked)
        throw Error(name + ": unpacks to " + std::to_string(size) + " bytes, at most " +
                    std::to_string(largest_unpacked) + " are unpacked: unpack it with gunzip first");
    Unpacked whole = gunzip(path, size);
    if (!whole.is_complete)
        throw Error(name + ": more bytes follow after the " + std::to_string(size) + " that shape " +
                    to_string(layout.dimensions) + " asks for: the file is damaged, get it again");
    return bytes_in_memory(std::move(whole.bytes), name);
}

}  // namespace

std::optional<ArrayLayout> parse_idx_header(std::span<const std::byte> start) {
    if (start.size() < magic_length || start[0] != std::byte{0} || start[1] != std::byte{0}) return std::nullopt;
    const auto type = type_of_code(std::to_integer<int>(start[2]));
    const auto count = std::to_integer<std::size_t>(start[3]);
    if (!type || count == 0 || start.size() < magic_length + 4 * count) return std::nullopt;
    ArrayLayout layout{.type = *type, .order = std::endian::big};
    for (std::size_t i = 0; i < count; ++i)
        layout.dimensions.push_back(load_word<std::uint32_t>(&start[magic_length + 4 * i], std::endian::big));
    layout.data_offset = magic_length + 4 * count;
    return layout;
}

NumericArray open_idx(const std::filesystem::path& path) {
    const auto layout = parse_idx_header(first_unpacked_bytes(path, largest_idx_header));
    if (!layout)
        throw Error(path.string() +
                    ": does not begin as an IDX file does (two zero bytes, type, number of dimensions, " +
                    "and each dimension in four bytes)");
    auto file = open_file(path);
    if (is_gzip(first_bytes(*file, 2))) file = unpacked(path, *layout);
    return {*layout, std::move(file)};
}

}  // namespace syncopate
