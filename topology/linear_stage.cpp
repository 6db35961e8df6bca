#include "topology/linear_stage.hpp"

#include "core/index.hpp"

#include <algorithm>

namespace syncopate {

namespace {

/// First and one-past-last frame position of a pooling window along one axis.
struct Window {
    std::int32_t begin = 0;
    std::int32_t end = 0;
    std::int32_t padded_extent = 0;  // positions inside the padded frame
};

/// Windows along one axis.
struct WindowAxis {
    std::int32_t kernel, stride, pad, limit, pad_end;

    Window at(std::int32_t out) const {
        const std::int32_t start = out * stride - pad;
        // With ceil_mode the last window may hang over the padded frame as well. PyTorch divides by the positions
        // inside the padded frame only, so the window is cut there before it is cut to the frame.
        const std::int32_t stop = std::min(start + kernel, limit + pad_end);
        return {std::max(start, 0), std::min(stop, limit), stop - start};
    }
};

Window rows_of(const AveragePool& pool, std::int32_t y) {
    return WindowAxis{pool.kernel.height, pool.stride.height, pool.pad.height, pool.input.height, pool.pad_end.height}
        .at(y);
}

Window columns_of(const AveragePool& pool, std::int32_t x) {
    return WindowAxis{pool.kernel.width, pool.stride.width, pool.pad.width, pool.input.width, pool.pad_end.width}.at(x);
}

std::size_t at(const Shape& shape, std::int32_t c, std::int32_t y, std::int32_t x) {
    return (to_size(c) * to_size(shape.height) + to_size(y)) * to_size(shape.width) + to_size(x);
}

/// What one output channel sees: its filter, and where its group's input channels begin.
struct Filter {
    std::span<const float> weights;
    std::int32_t first_channel = 0;
};

/// Sum of one output position of one output channel over its receptive field.
double receptive_field_sum(const Convolution& conv, const Filter& filter, std::span<const double> input, std::int32_t y,
                           std::int32_t x) {
    const std::int32_t fan_in_channels = conv.input.channels / conv.groups;
    double sum = 0.0;
    std::size_t k = 0;
    for (std::int32_t c = 0; c < fan_in_channels; ++c) {
        for (std::int32_t ky = 0; ky < conv.kernel.height; ++ky) {
            const std::int32_t row = y * conv.stride.height - conv.pad.height + ky * conv.dilation.height;
            // k counts in the head of the loop, so that it also passes the weights whose position lies in the padding.
            for (std::int32_t kx = 0; kx < conv.kernel.width; ++kx, ++k) {
                const std::int32_t column = x * conv.stride.width - conv.pad.width + kx * conv.dilation.width;
                if (row < 0 || row >= conv.input.height || column < 0 || column >= conv.input.width) continue;
                sum += static_cast<double>(filter.weights[k]) *
                       input[at(conv.input, filter.first_channel + c, row, column)];
            }
        }
    }
    return sum;
}

void apply_to(const Convolution& conv, std::span<const Tensor> tensors, std::span<const double> input,
              std::span<double> output) {
    const std::span<const float> weights = tensors[to_size(conv.weights)].values;
    const std::int32_t fan_in_channels = conv.input.channels / conv.groups;
    const std::int32_t group_outputs = conv.output.channels / conv.groups;
    const std::size_t filter_size = to_size(fan_in_channels) * to_size(conv.kernel.height) * to_size(conv.kernel.width);
    for (std::int32_t o = 0; o < conv.output.channels; ++o) {
        const Filter filter{weights.subspan(to_size(o) * filter_size, filter_size),
                            o / group_outputs * fan_in_channels};
        for (std::int32_t y = 0; y < conv.output.height; ++y) {
            for (std::int32_t x = 0; x < conv.output.width; ++x) {
                output[at(conv.output, o, y, x)] = receptive_field_sum(conv, filter, input, y, x);
            }
        }
    }
}

void apply_to(const AveragePool& pool, std::span<const Tensor>, std::span<const double> input,
              std::span<double> output) {
    for (std::int32_t y = 0; y < pool.output.height; ++y) {
        const Window rows = rows_of(pool, y);
        for (std::int32_t x = 0; x < pool.output.width; ++x) {
            const Window columns = columns_of(pool, x);
            const double count = divisor(pool, y, x);
            for (std::int32_t c = 0; c < pool.output.channels; ++c) {
                double sum = 0.0;
                for (std::int32_t row = rows.begin; row < rows.end; ++row) {
                    for (std::int32_t column = columns.begin; column < columns.end; ++column) {
                        sum += input[at(pool.input, c, row, column)];
                    }
                }
                output[at(pool.output, c, y, x)] = sum / count;
            }
        }
    }
}

void apply_to(const Gather& gather, std::span<const Tensor>, std::span<const double> input, std::span<double> output) {
    for (std::size_t i = 0; i < gather.source.size(); ++i) {
        output[i] = gather.source[i] < 0 ? 0.0 : input[to_size(gather.source[i])];
    }
}

void apply_to(const Scale& scale, std::span<const Tensor>, std::span<const double> input, std::span<double> output) {
    // The elements of a channel lie together, so one division tells which factor an element has, whether there is one
    // for all, one a channel or one an element.
    const std::size_t per_factor = input.size() / scale.factor.size();
    for (std::size_t i = 0; i < input.size(); ++i) output[i] = input[i] * scale.factor[i / per_factor];
}

Shape input_of(const Scale& scale) { return scale.shape; }
Shape output_of(const Scale& scale) { return scale.shape; }
template <class Stage>
Shape input_of(const Stage& stage) {
    return stage.input;
}
template <class Stage>
Shape output_of(const Stage& stage) {
    return stage.output;
}

}  // namespace

Shape input_shape(const LinearStage& stage) {
    return std::visit([](const auto& s) { return input_of(s); }, stage);
}

Shape output_shape(const LinearStage& stage) {
    return std::visit([](const auto& s) { return output_of(s); }, stage);
}

std::int32_t divisor(const AveragePool& pool, std::int32_t y, std::int32_t x) {
    const Window rows = rows_of(pool, y);
    const Window columns = columns_of(pool, x);
    if (pool.count_include_pad) return rows.padded_extent * columns.padded_extent;
    return (rows.end - rows.begin) * (columns.end - columns.begin);
}

void apply(const LinearStage& stage, std::span<const Tensor> tensors, std::span<const double> input,
           std::span<double> output) {
    std::visit([&](const auto& s) { apply_to(s, tensors, input, output); }, stage);
}

std::int64_t multiply_accumulates(const LinearStage& stage) {
    const auto* conv = std::get_if<Convolution>(&stage);
    if (conv == nullptr) return 0;
    const auto positions_inside = [](std::int32_t outputs, std::int32_t kernel, std::int32_t step, std::int32_t spread,
                                     std::int32_t pad, std::int32_t limit) {
        std::int64_t count = 0;
        for (std::int32_t out = 0; out < outputs; ++out) {
            for (std::int32_t k = 0; k < kernel; ++k) {
                const std::int32_t position = out * step - pad + k * spread;
                count += position >= 0 && position < limit ? 1 : 0;
            }
        }
        return count;
    };
    // Whether a tap lies inside the frame is decided for rows and columns independently, so the number of pairs of a
    // row and a column is the product of two counts, each found along one axis.
    const std::int64_t rows = positions_inside(conv->output.height, conv->kernel.height, conv->stride.height,
                                               conv->dilation.height, conv->pad.height, conv->input.height);
    const std::int64_t columns = positions_inside(conv->output.width, conv->kernel.width, conv->stride.width,
                                                  conv->dilation.width, conv->pad.width, conv->input.width);
    return rows * columns * (conv->input.channels / conv->groups) * conv->output.channels;
}

}  // namespace syncopate
