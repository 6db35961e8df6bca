#include "io/formats/data/numeric_array.hpp"

#include "core/assert.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "io/files/byte_order.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

namespace syncopate {

namespace {

constexpr std::uint64_t most_bytes = std::uint64_t{1} << 62U;

struct TypeFacts {
    std::size_t size;
    std::string_view name;
};

TypeFacts facts(ElementType type) {
    constexpr std::array<TypeFacts, 11> table = {{{1, "bool"},
                                                  {1, "int8"},
                                                  {2, "int16"},
                                                  {4, "int32"},
                                                  {8, "int64"},
                                                  {1, "uint8"},
                                                  {2, "uint16"},
                                                  {4, "uint32"},
                                                  {2, "float16"},
                                                  {4, "float32"},
                                                  {8, "float64"}}};
    return table[to_size(type)];
}

double half_to_double(std::uint16_t bits) {
    const int exponent = (bits >> 10U) & 0x1f;
    const int fraction = bits & 0x3ff;
    const double sign = (bits >> 15U) != 0 ? -1.0 : 1.0;
    if (exponent == 0x1f)
        return fraction == 0 ? sign * std::numeric_limits<double>::infinity()
                             : std::numeric_limits<double>::quiet_NaN();
    if (exponent == 0) return sign * std::ldexp(fraction, -24);
    return sign * std::ldexp(1024 + fraction, exponent - 25);
}

template <typename Word, typename Value>
void convert_words(const std::byte* bytes, std::endian order, std::span<double> values) {
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<double>(std::bit_cast<Value>(load_word<Word>(bytes + i * sizeof(Word), order)));
}

void convert_halves(const std::byte* bytes, std::endian order, std::span<double> values) {
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = half_to_double(load_word<std::uint16_t>(bytes + 2 * i, order));
}

void convert_booleans(const std::byte* bytes, std::span<double> values) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = bytes[i] == std::byte{0} ? 0.0 : 1.0;
}

void convert(ElementType type, const std::byte* bytes, std::endian order, std::span<double> values) {
    switch (type) {
        case ElementType::boolean:
            return convert_booleans(bytes, values);
        case ElementType::int8:
            return convert_words<std::uint8_t, std::int8_t>(bytes, order, values);
        case ElementType::int16:
            return convert_words<std::uint16_t, std::int16_t>(bytes, order, values);
        case ElementType::int32:
            return convert_words<std::uint32_t, std::int32_t>(bytes, order, values);
        case ElementType::int64:
            return convert_words<std::uint64_t, std::int64_t>(bytes, order, values);
        case ElementType::uint8:
            return convert_words<std::uint8_t, std::uint8_t>(bytes, order, values);
        case ElementType::uint16:
            return convert_words<std::uint16_t, std::uint16_t>(bytes, order, values);
        case ElementType::uint32:
            return convert_words<std::uint32_t, std::uint32_t>(bytes, order, values);
        case ElementType::float16:
            return convert_halves(bytes, order, values);
        case ElementType::float32:
            return convert_words<std::uint32_t, float>(bytes, order, values);
        case ElementType::float64:
            return convert_words<std::uint64_t, double>(bytes, order, values);
    }
}

/// The elements of a Fortran-ordered array in C order: walks the C order and keeps the Fortran position beside it.
std::vector<std::byte> in_c_order(std::span<const std::byte> bytes, std::size_t element,
                                  const std::vector<std::int64_t>& dimensions) {
    std::vector<std::byte> ordered(bytes.size());
    std::vector<std::size_t> stride(dimensions.size(), element);
    for (std::size_t axis = 1; axis < stride.size(); ++axis)
        stride[axis] = stride[axis - 1] * to_size(dimensions[axis - 1]);
    std::vector<std::int64_t> index(dimensions.size(), 0);
    std::size_t from = 0;
    for (std::size_t to = 0; to < bytes.size(); to += element) {
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(from), element,
                    ordered.begin() + static_cast<std::ptrdiff_t>(to));
        for (std::size_t axis = dimensions.size(); axis-- > 0;) {
            from += stride[axis];
            if (++index[axis] < dimensions[axis]) break;
            from -= stride[axis] * to_size(dimensions[axis]);
            index[axis] = 0;
        }
    }
    return ordered;
}

std::unique_ptr<ByteSource> reordered(const ArrayLayout& layout, const ByteSource& source) {
    const std::uint64_t length = source.size() - layout.data_offset;
    if (length > largest_unpacked)
        throw Error(source.name() + ": " + to_string(layout.dimensions) + " " + name_of(layout.type) +
                    " in Fortran order has " + std::to_string(length) + " bytes, at most " +
                    std::to_string(largest_unpacked) + " are reordered: save numpy.ascontiguousarray(x) instead");
    std::vector<std::byte> bytes(to_size(length));
    source.read(layout.data_offset, bytes);
    return bytes_in_memory(in_c_order(bytes, size_of(layout.type), layout.dimensions), source.name());
}

}  // namespace

std::size_t size_of(ElementType type) { return facts(type).size; }

std::string name_of(ElementType type) { return std::string(facts(type).name); }

bool is_floating_point(ElementType type) {
    return type == ElementType::float16 || type == ElementType::float32 || type == ElementType::float64;
}

std::string to_string(std::span<const std::int64_t> dimensions) {
    if (dimensions.empty()) return "a single value";
    std::string text;
    for (const std::int64_t dimension : dimensions) text += (text.empty() ? "" : "x") + std::to_string(dimension);
    return text;
}

std::uint64_t byte_count(const ArrayLayout& layout, const std::string& where) {
    // An empty array has no bytes, however large its other dimensions are.
    const bool is_empty = std::ranges::any_of(layout.dimensions, [](std::int64_t n) { return n == 0; });
    std::uint64_t count = is_empty ? 0 : size_of(layout.type);
    for (const std::int64_t dimension : layout.dimensions) {
        if (dimension < 0)
            throw Error(where + ": shape " + to_string(layout.dimensions) + " has the negative dimension " +
                        std::to_string(dimension));
        if (dimension > 0 && count > most_bytes / static_cast<std::uint64_t>(dimension))
            throw Error(where + ": shape " + to_string(layout.dimensions) + " of " + name_of(layout.type) +
                        " has more than 2^62 bytes: the header is damaged");
        count *= static_cast<std::uint64_t>(dimension);
    }
    return count + layout.data_offset;
}

void check_byte_count(const ArrayLayout& layout, std::uint64_t size, const std::string& where) {
    const std::uint64_t needed = byte_count(layout, where);
    if (needed == size) return;
    const std::string claim = where + ": shape " + to_string(layout.dimensions) + " of " + name_of(layout.type) +
                              " ends at byte " + std::to_string(needed) + ", the data end at byte " +
                              std::to_string(size);
    if (size < needed)
        throw Error(claim + ": " + std::to_string(needed - size) + " bytes are missing, the file is truncated");
    throw Error(claim + ": " + std::to_string(size - needed) +
                " bytes follow that belong to nothing; write the file again");
}

NumericArray::NumericArray(ArrayLayout layout, std::unique_ptr<ByteSource> source)
    : layout_(std::move(layout)), source_(std::move(source)) {
    check_byte_count(layout_, source_->size(), source_->name());
    const std::uint64_t bytes = source_->size() - layout_.data_offset;
    size_ = static_cast<std::int64_t>(bytes / size_of(layout_.type));
    if (!layout_.is_fortran || layout_.dimensions.size() < 2) return;
    source_ = reordered(layout_, *source_);
    layout_.data_offset = 0;
}

void NumericArray::read(std::int64_t first, std::span<double> values) const {
    SYNCOPATE_ASSERT(first >= 0 && first <= size_ && values.size() <= to_size(size_ - first));
    constexpr std::size_t chunk = std::size_t{1} << 16U;
    const std::size_t element = size_of(layout_.type);
    std::vector<std::byte> bytes(std::min(chunk, values.size()) * element);
    for (std::size_t done = 0; done < values.size(); done += chunk) {
        const auto part = values.subspan(done, std::min(chunk, values.size() - done));
        const std::span<std::byte> raw(bytes.data(), part.size() * element);
        source_->read(layout_.data_offset + (static_cast<std::uint64_t>(first) + done) * element, raw);
        convert(layout_.type, raw.data(), layout_.order, part);
    }
}

double NumericArray::number(std::int64_t element) const {
    double value = 0.0;
    read(element, std::span(&value, 1));
    return value;
}

std::vector<double> NumericArray::values() const {
    std::vector<double> all(to_size(size_));
    read(0, all);
    return all;
}

}  // namespace syncopate
