#pragma once

#include "io/files/byte_source.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace syncopate {

/// How an element of an array file is stored.
enum class ElementType : std::uint8_t {
    boolean,
    int8,
    int16,
    int32,
    int64,
    uint8,
    uint16,
    uint32,
    float16,
    float32,
    float64
};

/// Bytes of one element.
std::size_t size_of(ElementType type);
/// NumPy's name: "uint8", "float32", ….
std::string name_of(ElementType type);
bool is_floating_point(ElementType type);

/// What the header of an array file says.
struct ArrayLayout {
    ElementType type = ElementType::float64;
    std::endian order = std::endian::little;
    bool is_fortran = false;  // the first index runs fastest
    std::vector<std::int64_t> dimensions = {};
    std::uint64_t data_offset = 0;  // bytes before the first element
};

/// "10000x28x28"; "a single value" without dimensions.
std::string to_string(std::span<const std::int64_t> dimensions);

/// Number of bytes of header and elements together. Throws Error naming `where` if a dimension is negative or the
/// product passes 2⁶² bytes.
std::uint64_t byte_count(const ArrayLayout& layout, const std::string& where);

/// Throws Error naming `where`, the shape and the bytes missing or left over, unless `size` bytes are exactly the
/// array.
void check_byte_count(const ArrayLayout& layout, std::uint64_t size, const std::string& where);

/// An array of numbers that stays in its file and is read piece by piece, by several threads at once.
class NumericArray {
public:
    /// Throws Error naming the source unless it holds the array and nothing more. An array in Fortran order is brought
    /// into C order in memory; it may have at most `largest_unpacked` bytes.
    NumericArray(ArrayLayout layout, std::unique_ptr<ByteSource> source);

    ElementType type() const { return layout_.type; }
    const std::vector<std::int64_t>& dimensions() const { return layout_.dimensions; }
    std::int64_t size() const { return size_; }  // elements
    const std::string& name() const { return source_->name(); }

    /// Elements [first, first + values.size()) in C order, as double (integers beyond 2⁵³ are rounded).
    void read(std::int64_t first, std::span<double> values) const;
    /// One element of them.
    double number(std::int64_t element) const;
    /// All elements in C order.
    std::vector<double> values() const;

private:
    ArrayLayout layout_;
    std::unique_ptr<ByteSource> source_;
    std::int64_t size_ = 0;
};

/// Bytes that one packed or Fortran-ordered array may occupy in memory. Larger ones are read from .npy in C order.
inline constexpr std::uint64_t largest_unpacked = std::uint64_t{4} << 30U;

}  // namespace syncopate
