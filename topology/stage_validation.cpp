#include "core/error.hpp"
#include "core/index.hpp"
#include "core/number_text.hpp"
#include "topology/linear_stage.hpp"

#include <cmath>
#include <limits>

namespace syncopate {

namespace {

[[noreturn]] void fail(const std::string& where, const std::string& what) { throw Error(where + ": " + what); }

void require_shape(const Shape& shape, const std::string& where, const char* role) {
    // The area stands before the size: once it is below 2^31, the product of three extents fits in 64 bits.
    if (shape.channels > 0 && shape.height > 0 && shape.width > 0 &&
        shape.area() <= std::numeric_limits<std::int32_t>::max() &&
        shape.size() <= std::numeric_limits<std::int32_t>::max()) {
        return;
    }
    fail(where, std::string(role) + " shape " + to_string(shape) +
                    ", each extent must be at least 1 and the whole at most 2^31 - 1");
}

void require_positive(const Extent& extent, const std::string& where, const char* role) {
    if (extent.height > 0 && extent.width > 0) return;
    fail(where, std::string(role) + " " + std::to_string(extent.height) + "x" + std::to_string(extent.width) +
                    ", both must be at least 1");
}

void require_pad(const Extent& pad, const std::string& where) {
    if (pad.height >= 0 && pad.width >= 0) return;
    fail(where, "pad " + std::to_string(pad.height) + "x" + std::to_string(pad.width) + ", must not be negative");
}

/// Positions that a window reaches must stay in 32 bits, or the kernels would address nonsense.
struct Reach {
    std::int64_t input, output, kernel, stride, dilation, pad;

    bool is_too_far() const {
        // Products of two 32-bit numbers are below 2^62, so that their sum still fits in 64 bits.
        constexpr std::int64_t limit = std::numeric_limits<std::int32_t>::max();
        return output * stride + kernel * dilation + pad > limit - input;
    }
};

void require_reach(const Reach& rows, const Reach& columns, const std::string& where) {
    constexpr std::int64_t limit = std::numeric_limits<std::int32_t>::max();
    if (rows.is_too_far() || columns.is_too_far() || rows.kernel * columns.kernel > limit)
        fail(where, "kernel, stride, dilation or pad is too large");
}

void check(const Convolution& conv, std::span<const Tensor> tensors, const std::string& where) {
    require_shape(conv.input, where, "input");
    require_shape(conv.output, where, "output");
    require_positive(conv.kernel, where, "kernel");
    require_positive(conv.stride, where, "stride");
    require_positive(conv.dilation, where, "dilation");
    require_pad(conv.pad, where);
    require_reach({conv.input.height, conv.output.height, conv.kernel.height, conv.stride.height, conv.dilation.height,
                   conv.pad.height},
                  {conv.input.width, conv.output.width, conv.kernel.width, conv.stride.width, conv.dilation.width,
                   conv.pad.width},
                  where);
    if (conv.groups < 1 || conv.input.channels % conv.groups != 0 || conv.output.channels % conv.groups != 0) {
        fail(where, "groups " + std::to_string(conv.groups) + " must divide " + std::to_string(conv.input.channels) +
                        " input and " + std::to_string(conv.output.channels) + " output channels");
    }
    const auto index = static_cast<std::int64_t>(conv.weights);
    if (index < 0 || index >= static_cast<std::int64_t>(tensors.size())) fail(where, "weights: no such tensor");
    const auto& tensor = tensors[to_size(index)];
    // In double, because a file may claim extents whose product passes 64 bits. The comparison is exact all the same:
    // rounding begins at 2^53, and no tensor has so many values.
    const double expected = double(conv.output.channels) * (conv.input.channels / conv.groups) *
                            double(conv.kernel.height) * double(conv.kernel.width);
    if (static_cast<double>(tensor.values.size()) != expected) {
        fail(where, "weights \"" + tensor.name + "\" have " + std::to_string(tensor.values.size()) + " values, " +
                        number_text(expected) + " are needed");
    }
    // The compiler's bounds on sums would not notice a NaN, with which every comparison is false, and an infinite
    // weight has no fixed-point value.
    for (const float w : tensor.values) {
        if (!std::isfinite(w)) fail(where, "weights \"" + tensor.name + "\" hold a value that is not finite");
    }
}

void check(const AveragePool& pool, std::span<const Tensor>, const std::string& where) {
    require_shape(pool.input, where, "input");
    require_shape(pool.output, where, "output");
    require_positive(pool.kernel, where, "kernel");
    require_positive(pool.stride, where, "stride");
    require_pad(pool.pad, where);
    require_pad(pool.pad_end, where);
    require_reach({pool.input.height, pool.output.height, pool.kernel.height, pool.stride.height, 1,
                   std::int64_t{pool.pad.height} + pool.pad_end.height},
                  {pool.input.width, pool.output.width, pool.kernel.width, pool.stride.width, 1,
                   std::int64_t{pool.pad.width} + pool.pad_end.width},
                  where);
    if (pool.input.channels != pool.output.channels) {
        fail(where,
             "pooling from " + to_string(pool.input) + " to " + to_string(pool.output) + " changes the channels");
    }
    // A divisor is a count of the window's rows times a count of its columns, and along the border every row and every
    // column comes up. Going through all positions would take too long: a few bytes of a file can claim almost 2^31 of
    // them.
    for (std::int32_t y = 0; y < pool.output.height; ++y) {
        for (const std::int32_t x : {0, pool.output.width - 1}) {
            if (divisor(pool, y, x) < 1) fail(where, "a pooling window lies wholly in the padding");
        }
    }
    for (std::int32_t x = 0; x < pool.output.width; ++x) {
        if (divisor(pool, 0, x) < 1) fail(where, "a pooling window lies wholly in the padding");
    }
}

void check(const Gather& gather, std::span<const Tensor>, const std::string& where) {
    require_shape(gather.input, where, "input");
    require_shape(gather.output, where, "output");
    if (static_cast<std::int64_t>(gather.source.size()) != gather.output.size()) {
        fail(where, "gather has " + std::to_string(gather.source.size()) + " sources for " + to_string(gather.output));
    }
    for (const std::int32_t source : gather.source) {
        if (source < -1 || source >= gather.input.size()) {
            fail(where, "gather source " + std::to_string(source) + " is outside " + to_string(gather.input));
        }
    }
}

void check(const Scale& scale, std::span<const Tensor>, const std::string& where) {
    require_shape(scale.shape, where, "scale");
    const auto count = static_cast<std::int64_t>(scale.factor.size());
    if (count != 1 && count != scale.shape.channels && count != scale.shape.size()) {
        fail(where, "scale has " + std::to_string(count) + " factors for " + to_string(scale.shape) +
                        "; one, one a channel or one an element are possible");
    }
    for (const double factor : scale.factor) {
        if (!std::isfinite(factor)) fail(where, "scale holds a factor that is not finite");
    }
}

}  // namespace

void validate(const LinearStage& stage, std::span<const Tensor> tensors, const std::string& where) {
    std::visit([&](const auto& s) { check(s, tensors, where); }, stage);
}

}  // namespace syncopate
