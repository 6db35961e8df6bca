#pragma once

#include "core/shape.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace syncopate {

struct Dataset;

/// Classes that a read-out tells apart: one for each value of a vector; two for a single value, a logit whose sign
/// decides. A map (height · width > 1 and no vector), such as a segmentation's, is not one decision: 0.
std::int64_t class_count(const Shape& read_out);

/// The class that the values of a read-out, logits or potentials, stand for: the largest, the first of equal ones; of a
/// single value 1 if it is greater than 0, else 0. −1 without classes. Requires: values is not empty.
template <typename Value>
std::int32_t class_of(std::span<const Value> values, std::int64_t classes) {
    if (classes == 0) return -1;
    if (values.size() == 1) return values.front() > Value{0} ? 1 : 0;
    return static_cast<std::int32_t>(std::ranges::max_element(values) - values.begin());
}

/// Throws Error, naming both, unless the labels of the data set can be classes of a network with this read-out. Labels
/// beside a map are left alone.
void require_classes_of(const Dataset& dataset, const Shape& read_out);

/// Why there is no accuracy and no agreement, if the read-out is a map.
std::optional<std::string> map_warning(const std::string& name, const Shape& read_out);

}  // namespace syncopate
