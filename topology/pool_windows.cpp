#include "topology/pool_windows.hpp"

#include "core/error.hpp"

#include <algorithm>
#include <cstdint>

namespace syncopate {

namespace {

/// The windows along one axis.
struct PoolAxis {
    const char* name;
    std::int64_t input, output, kernel, stride, dilation, pad;

    /// Whether the window at an output position has an input.
    bool reaches(std::int64_t position) const {
        const std::int64_t start = position * stride - pad;
        // The first tap that is not before the frame is computed, not searched for, since a kernel may claim 2^30 taps.
        // It can still lie beyond the frame: dilated taps may step over a narrow one.
        const std::int64_t skipped = start < 0 ? (-start + dilation - 1) / dilation : 0;
        return skipped < kernel && start + skipped * dilation < input;
    }
};

void check(const PoolAxis& axis, const std::string& where) {
    // The farthest position of a window is at most (out − 1) · stride + (kernel − 1) · dilation: with both products at
    // most 2^30, inference may compute it in 32 bits. Here they are products of 32-bit numbers in 64 bits, which cannot
    // overflow.
    constexpr std::int64_t limit = std::int64_t{1} << 30;
    if (axis.kernel < 1 || axis.stride < 1 || axis.dilation < 1 || axis.pad < 0 ||
        axis.kernel * axis.dilation > limit || axis.output * axis.stride > limit) {
        throw Error(where + ": kernel, stride, dilation or pad of the " + axis.name + " is out of range");
    }
    // The engine lists what every window sees along an axis. A file of a few bytes may claim windows that see
    // everything.
    constexpr std::int64_t most_seen = std::int64_t{1} << 26;
    if (axis.output * std::min(axis.kernel, axis.input) > most_seen)
        throw Error(where + ": the windows of the " + axis.name + " together see more than 2^26 positions");
    // Every window must reach a position of the frame, or its maximum is that of nothing.
    for (std::int64_t position = 0; position < axis.output; ++position) {
        if (!axis.reaches(position)) throw Error(where + ": a pooling window lies wholly in the padding");
    }
}

}  // namespace

PoolWindow pool_window(const AnnMaxPool& pool, const Shape& input) {
    return {.input_height = input.height,
            .input_width = input.width,
            .kernel_height = pool.kernel.height,
            .kernel_width = pool.kernel.width,
            .stride_height = pool.stride.height,
            .stride_width = pool.stride.width,
            .dilation_height = pool.dilation.height,
            .dilation_width = pool.dilation.width,
            .pad_top = pool.pad.height,
            .pad_left = pool.pad.width};
}

void check_windows(const PoolWindow& window, const Shape& output, const std::string& where) {
    check({"rows", window.input_height, output.height, window.kernel_height, window.stride_height,
           window.dilation_height, window.pad_top},
          where);
    check({"columns", window.input_width, output.width, window.kernel_width, window.stride_width, window.dilation_width,
           window.pad_left},
          where);
}

}  // namespace syncopate
