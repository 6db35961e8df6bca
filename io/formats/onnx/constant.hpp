#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace syncopate::onnx {

/// A tensor whose elements are known at import. Whole numbers and truth values are kept as integers; floating point
/// as it stands in the file, and in double precision once anything was computed.
/// Invariant: the number of values is the product of the dimensions, none of which is negative.
struct Constant {
    std::vector<std::int64_t> dims = {};
    std::variant<std::vector<double>, std::vector<float>, std::vector<std::int64_t>> values = {};
    std::int32_t element_type = 0;  // in the file; 0 once anything was computed

    std::size_t size() const;
    std::int64_t bytes() const;
    bool is_integer() const { return std::holds_alternative<std::vector<std::int64_t>>(values); }
    double number(std::size_t i) const;
    std::int64_t integer(std::size_t i) const;  // truncated towards zero, saturated at the ends of the range
};

Constant integers(std::vector<std::int64_t> dims, std::vector<std::int64_t> values);
Constant numbers(std::vector<std::int64_t> dims, std::vector<double> values);

/// Product of the dimensions, or −1 where one is negative or the product exceeds `limit`.
std::int64_t element_count(const std::vector<std::int64_t>& dims, std::int64_t limit);

/// "[1, 3, 32, 32]".
std::string to_string(const std::vector<std::int64_t>& dims);

}  // namespace syncopate::onnx
