#pragma once

#include "io/formats/onnx/operators.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace syncopate::onnx {

/// Arithmetic, comparisons and reductions on constants; null for other operators.
Operator arithmetic_folding(const std::string& op);

/// Number of elements of a constant that will be made; throws Error when it is too large.
std::size_t counted(const Call& call, const std::vector<std::int64_t>& dims, std::int64_t bytes_each = 8);

/// Gives the constant as the call's result.
void fold(const Call& call, Constant result);

}  // namespace syncopate::onnx
