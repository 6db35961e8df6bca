#pragma once

#include "io/formats/onnx/constant.hpp"

#include <cstdint>
#include <vector>

namespace syncopate::onnx {

class Call;

/// A rearrangement of a tensor's elements. Output position (o₀, o₁, …) takes element tables[0][o₀] + tables[1][o₁] + …
/// of the input, or 0 if one of these is negative; the output is then read with the dimensions `dims`.
struct Move {
    std::vector<std::vector<std::int64_t>> tables = {};  // none: the elements stay where they are
    std::vector<std::int64_t> dims = {};
    bool mixes_batch = false;    // the first axis is not left alone
    std::size_t batch_axis = 0;  // of the result
};

/// Calls visit(output position, input position or −1) for every element in order.
template <class Visit>
void for_each_source(const Move& move, const Visit& visit) {
    std::vector<std::size_t> at(move.tables.size(), 0);
    std::int64_t count = 1;
    for (const auto& table : move.tables) count *= static_cast<std::int64_t>(table.size());
    for (std::int64_t position = 0; position < count; ++position) {
        std::int64_t source = 0;
        bool is_inside = true;
        for (std::size_t axis = 0; axis < at.size(); ++axis) {
            const std::int64_t offset = move.tables[axis][at[axis]];
            is_inside = is_inside && offset >= 0;
            source += offset;
        }
        visit(position, is_inside ? source : -1);
        for (std::size_t axis = at.size(); axis-- > 0;) {
            if (++at[axis] < move.tables[axis].size()) break;
            at[axis] = 0;
        }
    }
}

/// Whether `op` rearranges its first input, given constants as the other inputs.
bool is_move(const std::string& op);

/// The rearrangements that the call's operator makes of an input with dimensions `dims`, one for each output.
/// Throws Error where the node is malformed, Refusal where it is beyond us.
std::vector<Move> moves_of(const Call& call, const std::vector<std::int64_t>& dims);

/// Where the batch, which lies along `axis` of `dims`, lies in the result of the call's operator. Throws Refusal where
/// that is not known, or where the operator does more than move whole axes of a batch that is not the first one.
std::size_t batch_axis_after(const Call& call, const std::vector<std::int64_t>& dims, std::size_t axis,
                             const std::vector<std::int64_t>& result);

/// Repetition along the axes where `dims` has 1 and `target` has more, after leading ones were added.
Move expansion(const std::vector<std::int64_t>& dims, const std::vector<std::int64_t>& target);

/// Dimensions of an element-wise operation; throws Error where they do not fit.
std::vector<std::int64_t> broadcast(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b);

/// Reorders the axes.
Move transposition(const std::vector<std::int64_t>& dims, const std::vector<std::int64_t>& order);

/// The constant rearranged.
Constant moved(const Constant& constant, const Move& move);

}  // namespace syncopate::onnx
