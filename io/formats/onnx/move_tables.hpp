#pragma once

#include "io/formats/onnx/moves.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace syncopate::onnx {

/// Distance between neighbours along each axis.
std::vector<std::int64_t> strides(const std::vector<std::int64_t>& dims);

/// Throws Error unless a table may be made for every axis.
void require_moderate(const std::vector<std::int64_t>& dims);

/// Every element where it is, axis by axis.
Move stay(const std::vector<std::int64_t>& dims);

void replace_axis(Move& move, std::size_t axis, std::vector<std::int64_t> table);

std::vector<std::int64_t> entries_at(const std::vector<std::int64_t>& table, const std::vector<std::int64_t>& at);

// Operators that choose elements by their positions.
Move slice(const Call& call, const std::vector<std::int64_t>& dims);
Move gather(const Call& call, const std::vector<std::int64_t>& dims);
Move gather_all(const Call& call, const std::vector<std::int64_t>& dims);
std::vector<Move> split(const Call& call, const std::vector<std::int64_t>& dims);

}  // namespace syncopate::onnx
