#include "io/formats/onnx/move_tables.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "io/formats/onnx/call.hpp"

#include <algorithm>
#include <numeric>

namespace syncopate::onnx {

namespace {

using Dims = std::vector<std::int64_t>;

constexpr std::int64_t largest_extent = std::int64_t{1} << 24;

/// Positions that a slice takes from an axis of `extent`; starts and ends are clamped as in Python.
std::vector<std::int64_t> sliced(std::int64_t extent, std::int64_t start, std::int64_t end, std::int64_t step) {
    const auto clamped = [&](std::int64_t value, std::int64_t low, std::int64_t high) {
        const std::int64_t from_front = value < 0 ? (value < -extent ? -1 : value + extent) : value;
        return std::min(std::max(from_front, low), high);
    };
    std::vector<std::int64_t> positions;
    if (step > 0) {
        const std::int64_t stop = clamped(end, 0, extent);
        const std::int64_t stride = std::min(step, extent + 1);
        for (std::int64_t i = clamped(start, 0, extent); i < stop; i += stride) positions.push_back(i);
    } else {
        const std::int64_t stop = clamped(end, -1, extent - 1);
        const std::int64_t stride = std::max(step, -extent - 1);
        for (std::int64_t i = clamped(start, 0, extent - 1); i > stop; i += stride) positions.push_back(i);
    }
    return positions;
}

/// Lengths of the parts of a Split.
Dims split_lengths(const Call& call, std::int64_t extent) {
    Dims lengths = call.has("split") ? call.integers("split", {}) : Dims{};
    if (lengths.empty() && call.has_input(1)) lengths = call.integer_list(1, "split");
    const auto parts = static_cast<std::int64_t>(call.output_count());
    if (lengths.empty()) {
        const std::int64_t chunk = (extent + parts - 1) / std::max<std::int64_t>(parts, 1);
        for (std::int64_t i = 0; i < parts; ++i)
            lengths.push_back(std::max<std::int64_t>(0, std::min(chunk, extent - i * chunk)));
    }
    std::int64_t sum = 0;
    for (const std::int64_t length : lengths) {
        if (length < 0 || length > extent) throw Error("split " + to_string(lengths) + " is out of range");
        sum += length;
    }
    if (sum != extent || static_cast<std::int64_t>(lengths.size()) != parts) {
        throw Error("split " + to_string(lengths) + " does not divide " + std::to_string(extent) + " into " +
                    std::to_string(parts) + " parts");
    }
    return lengths;
}

}  // namespace

Dims strides(const Dims& dims) {
    Dims result(dims.size(), 1);
    for (std::size_t axis = dims.size(); axis-- > 1;) result[axis - 1] = result[axis] * dims[axis];
    return result;
}

void require_moderate(const Dims& dims) {
    for (const std::int64_t extent : dims) {
        if (extent <= largest_extent) continue;
        throw Error("dimensions " + to_string(dims) + ": an axis longer than 2^24 cannot be rearranged");
    }
}

Move stay(const Dims& dims) {
    require_moderate(dims);
    Move move{.tables = {}, .dims = dims};
    const Dims steps = strides(dims);
    for (std::size_t axis = 0; axis < dims.size(); ++axis) {
        std::vector<std::int64_t> table(to_size(dims[axis]));
        for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<std::int64_t>(i) * steps[axis];
        move.tables.push_back(std::move(table));
    }
    return move;
}

void replace_axis(Move& move, std::size_t axis, std::vector<std::int64_t> table) {
    move.mixes_batch = move.mixes_batch || (axis == 0 && table != move.tables[0]);
    move.dims[axis] = static_cast<std::int64_t>(table.size());
    move.tables[axis] = std::move(table);
}

std::vector<std::int64_t> entries_at(const std::vector<std::int64_t>& table, const std::vector<std::int64_t>& at) {
    std::vector<std::int64_t> result;
    result.reserve(at.size());
    for (const std::int64_t i : at) result.push_back(i < 0 ? -1 : table[to_size(i)]);
    return result;
}

Move slice(const Call& call, const Dims& dims) {
    const bool has_attributes = call.has("starts");
    const Dims starts = has_attributes ? call.integers("starts", {}) : call.integer_list(1, "starts");
    const Dims ends = has_attributes ? call.integers("ends", {}) : call.integer_list(2, "ends");
    Dims axes(starts.size());
    std::iota(axes.begin(), axes.end(), 0);
    axes = has_attributes ? call.integers("axes", axes) : call.has_input(3) ? call.integer_list(3, "axes") : axes;
    const Dims steps = call.has_input(4) ? call.integer_list(4, "steps") : Dims(starts.size(), 1);
    if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size()) {
        throw Error("starts, ends, axes and steps have different lengths");
    }
    Move move = stay(dims);
    for (std::size_t i = 0; i < starts.size(); ++i) {
        const std::size_t axis = axis_of(axes[i], dims.size());
        if (steps[i] == 0) throw Error("a step is 0");
        replace_axis(move, axis, entries_at(move.tables[axis], sliced(dims[axis], starts[i], ends[i], steps[i])));
    }
    return move;
}

/// Gather: positions along one axis, whose dimension is replaced by those of the indices.
Move gather(const Call& call, const Dims& dims) {
    const Constant& indices = call.constant(1, "indices");
    const std::size_t axis = axis_of(call.integer("axis", 0), dims.size());
    if (dims.size() + indices.dims.size() > 17) throw Error("more than 16 axes");
    if (axis == 0 && call.work().batch > 1 && call.is_activation(0)) {
        throw Refusal("it mixes the samples of a batch of " + std::to_string(call.work().batch) +
                      "; export with a dynamic batch or a batch of 1");
    }
    std::vector<std::int64_t> positions;
    for (std::size_t i = 0; i < indices.size(); ++i) {
        const std::int64_t given = indices.integer(i);
        if (given < -dims[axis] || given >= dims[axis]) {
            throw Error("index " + std::to_string(given) + " is outside axis " + std::to_string(axis) + " of " +
                        to_string(dims));
        }
        positions.push_back(given < 0 ? given + dims[axis] : given);
    }
    Move move = stay(dims);
    replace_axis(move, axis, entries_at(move.tables[axis], positions));
    const auto place = move.dims.begin() + static_cast<std::ptrdiff_t>(axis);
    move.dims.insert(move.dims.erase(place), indices.dims.begin(), indices.dims.end());
    move.mixes_batch = move.mixes_batch || axis == 0;
    return move;
}

/// GatherND: positions along the first axes together, whose dimensions are replaced by those of the indices.
Move gather_all(const Call& call, const Dims& dims) {
    const Constant& indices = call.constant(1, "indices");
    if (call.integer("batch_dims", 0) != 0) throw Refusal("indices for each sample (batch_dims) are not supported");
    const std::int64_t taken = indices.dims.empty() ? 0 : indices.dims.back();
    if (taken < 1 || to_size(taken) > dims.size()) {
        throw Error("indices of dimensions " + to_string(indices.dims) + " do not fit " + to_string(dims));
    }
    if (dims.size() + indices.dims.size() > 17) throw Error("more than 16 axes");
    const Dims steps = strides(dims);
    Move move = stay(dims);
    std::vector<std::int64_t> positions;
    for (std::size_t i = 0; i < indices.size();) {
        std::int64_t position = 0;
        for (std::size_t axis = 0; axis < to_size(taken); ++axis, ++i) {
            const std::int64_t given = indices.integer(i);
            if (given < -dims[axis] || given >= dims[axis]) {
                throw Error("index " + std::to_string(given) + " is outside axis " + std::to_string(axis) + " of " +
                            to_string(dims));
            }
            position += (given < 0 ? given + dims[axis] : given) * steps[axis];
        }
        positions.push_back(position);
    }
    move.tables.erase(move.tables.begin(), move.tables.begin() + taken);
    move.tables.insert(move.tables.begin(), std::move(positions));
    move.dims.erase(move.dims.begin(), move.dims.begin() + taken);
    move.dims.insert(move.dims.begin(), indices.dims.begin(), indices.dims.end() - 1);
    move.mixes_batch = true;
    return move;
}

std::vector<Move> split(const Call& call, const Dims& dims) {
    const std::size_t axis = axis_of(call.integer("axis", 0), dims.size());
    std::vector<Move> parts;
    std::int64_t begin = 0;
    for (const std::int64_t length : split_lengths(call, dims[axis])) {
        std::vector<std::int64_t> positions(to_size(length));
        std::iota(positions.begin(), positions.end(), begin);
        begin += length;
        Move move = stay(dims);
        replace_axis(move, axis, entries_at(move.tables[axis], positions));
        parts.push_back(std::move(move));
    }
    return parts;
}

}  // namespace syncopate::onnx
