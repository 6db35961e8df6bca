#include "io/formats/onnx/constant.hpp"

#include <cmath>
#include <limits>

namespace syncopate::onnx {

std::size_t Constant::size() const {
    return std::visit([](const auto& v) { return v.size(); }, values);
}

std::int64_t Constant::bytes() const {
    return std::visit([](const auto& v) { return static_cast<std::int64_t>(v.size() * sizeof(v[0])); }, values);
}

double Constant::number(std::size_t i) const {
    return std::visit([i](const auto& v) { return static_cast<double>(v[i]); }, values);
}

std::int64_t Constant::integer(std::size_t i) const {
    if (is_integer()) return std::get<std::vector<std::int64_t>>(values)[i];
    const double value = number(i);
    constexpr double bound = 9223372036854775808.0;  // 2^63
    if (std::isnan(value)) return 0;
    if (value >= bound) return std::numeric_limits<std::int64_t>::max();
    if (value <= -bound) return std::numeric_limits<std::int64_t>::min();
    return static_cast<std::int64_t>(value);
}

Constant integers(std::vector<std::int64_t> dims, std::vector<std::int64_t> values) {
    return {.dims = std::move(dims), .values = std::move(values)};
}

Constant numbers(std::vector<std::int64_t> dims, std::vector<double> values) {
    return {.dims = std::move(dims), .values = std::move(values)};
}

std::int64_t element_count(const std::vector<std::int64_t>& dims, std::int64_t limit) {
    bool is_empty = false;
    for (const std::int64_t extent : dims) {
        if (extent < 0) return -1;
        is_empty = is_empty || extent == 0;
    }
    if (is_empty) return 0;
    std::int64_t count = 1;
    for (const std::int64_t extent : dims) {
        if (extent > limit / count) return -1;
        count *= extent;
    }
    return count;
}

std::string to_string(const std::vector<std::int64_t>& dims) {
    std::string text = "[";
    for (std::size_t i = 0; i < dims.size(); ++i) {
        if (i > 0) text += ", ";
        if (i == 12) return text + "…]";
        text += std::to_string(dims[i]);
    }
    return text + "]";
}

}  // namespace syncopate::onnx
