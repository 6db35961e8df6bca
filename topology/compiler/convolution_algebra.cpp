#include "topology/compiler/convolution_algebra.hpp"

#include "core/index.hpp"

#include <algorithm>
#include <numeric>

namespace syncopate {

namespace {

// 2^27 weights take 1 GiB in double precision while they are composed, and half as much as charge.
constexpr std::size_t most_weights = std::size_t{1} << 27;

bool is_depthwise(const ConvolutionSynapses& g) {
    return g.groups == g.input.channels && g.output.channels == g.groups;
}

/// Geometry of a composition along one axis.
struct Axis {
    std::int32_t kernel = 1, stride = 1, dilation = 1, pad = 0;
    std::int32_t input = 1, output = 1;
};

Axis rows(const ConvolutionSynapses& g) {
    return {g.kernel_height, g.stride_height, g.dilation_height, g.pad_top, g.input.height, g.output.height};
}
Axis columns(const ConvolutionSynapses& g) {
    return {g.kernel_width, g.stride_width, g.dilation_width, g.pad_left, g.input.width, g.output.width};
}

/// Whether positions of `second`'s input beyond its frame, which are 0, would also be 0 if `first` were evaluated
/// there.
bool is_exact_beyond_frame(const Axis& first, const Axis& second) {
    // Of all positions before the frame of the middle, −1 has the receptive field in `first` that reaches furthest into
    // the input, up to −stride − pad + reach. If even that lies before the input, no padding of `second` would see any.
    // Behind the frame likewise: the first position beyond it is the one that begins furthest to the left.
    const std::int32_t reach = (first.kernel - 1) * first.dilation;
    if (second.pad > 0 && -first.stride - first.pad + reach >= 0) return false;
    const std::int32_t last = (second.output - 1) * second.stride - second.pad + (second.kernel - 1) * second.dilation;
    return last < second.input || second.input * first.stride - first.pad >= first.input;
}

/// Each axis is valid alone; of two, strides and dilations multiply, and only 32 bits are there for the result.
bool fits_together(const Axis& first, const Axis& second) {
    constexpr std::int64_t limit = std::int64_t{1} << 30;
    const std::int64_t spread = std::int64_t{second.dilation} * first.stride;
    if (spread > limit || std::int64_t{first.stride} * second.stride > limit) return false;
    return (second.kernel - 1) * spread + std::int64_t{first.kernel - 1} * first.dilation < limit &&
           std::int64_t{second.pad} * first.stride + first.pad <= limit;
}

Axis compose_axis(const Axis& first, const Axis& second) {
    // Output o reads the middle at m = o·s₂ − p₂ + k₂·d₂, which reads the input at m·s₁ − p₁ + k₁·d₁. So o reads the
    // input at o·s₁·s₂ − (p₂·s₁ + p₁) + (k₂·d₂·s₁ + k₁·d₁), which is a convolution again. Its taps lie on the grid of
    // the greatest common divisor of d₂·s₁ and d₁: taken for its dilation, it saves columns of zeros. A kernel of one
    // tap asks for no grid, and 0 changes no greatest common divisor.
    const std::int32_t spread = second.dilation * first.stride;
    Axis axis;
    const std::int32_t step = std::gcd(second.kernel > 1 ? spread : 0, first.kernel > 1 ? first.dilation : 0);
    axis.dilation = std::max(1, step);
    axis.kernel = ((second.kernel - 1) * spread + (first.kernel - 1) * first.dilation) / axis.dilation + 1;
    axis.stride = first.stride * second.stride;
    axis.pad = second.pad * first.stride + first.pad;
    axis.input = first.input;
    axis.output = second.output;
    return axis;
}

ConvolutionSynapses geometry_of(const Axis& vertical, const Axis& horizontal, std::int32_t inputs,
                                std::int32_t outputs) {
    ConvolutionSynapses g;
    g.input = {inputs, vertical.input, horizontal.input};
    g.output = {outputs, vertical.output, horizontal.output};
    g.kernel_height = vertical.kernel, g.kernel_width = horizontal.kernel;
    g.stride_height = vertical.stride, g.stride_width = horizontal.stride;
    g.dilation_height = vertical.dilation, g.dilation_width = horizontal.dilation;
    g.pad_top = vertical.pad, g.pad_left = horizontal.pad;
    return g;
}

/// Weight of a convolution between any two channels, 0 between groups.
double weight_between(const RealConvolution& c, std::int32_t output, std::int32_t input, std::int32_t ky,
                      std::int32_t kx) {
    const std::int32_t group_inputs = c.geometry.input.channels / c.geometry.groups;
    const std::int32_t group_outputs = c.geometry.output.channels / c.geometry.groups;
    if (output / group_outputs != input / group_inputs) return 0.0;
    const std::size_t row =
        (to_size(output) * to_size(group_inputs) + to_size(input % group_inputs)) * to_size(c.geometry.kernel_height) +
        to_size(ky);
    return c.weights[row * to_size(c.geometry.kernel_width) + to_size(kx)];
}

/// Adds every path first → middle channel → second to the composed kernel.
class Accumulation {
public:
    Accumulation(const RealConvolution& first, const RealConvolution& second, RealConvolution& both)
        : first_(first), second_(second), both_(both), a_(first.geometry), b_(second.geometry), g_(both.geometry) {}

    void run() {
        const std::int32_t b_inputs = b_.input.channels / b_.groups;
        for (std::int32_t o = 0; o < g_.output.channels; ++o) {
            const std::int32_t first_middle = o / (b_.output.channels / b_.groups) * b_inputs;
            for (std::int32_t m = first_middle; m < first_middle + b_inputs; ++m) add_middle(o, m);
        }
    }

private:
    void add_middle(std::int32_t o, std::int32_t m) {
        for (std::int32_t by = 0; by < b_.kernel_height; ++by) {
            for (std::int32_t bx = 0; bx < b_.kernel_width; ++bx) {
                // A product of two weights of the file is exact in double, and their sum is made in the order of these
                // loops, whatever the machine; so a composed weight is rounded to the same charge everywhere.
                const double w = weight_between(second_, o, m, by, bx);
                for (std::int32_t ay = 0; ay < a_.kernel_height; ++ay) {
                    const std::int32_t ky =
                        (by * b_.dilation_height * a_.stride_height + ay * a_.dilation_height) / g_.dilation_height;
                    for (std::int32_t ax = 0; ax < a_.kernel_width; ++ax) {
                        const std::int32_t kx =
                            (bx * b_.dilation_width * a_.stride_width + ax * a_.dilation_width) / g_.dilation_width;
                        add_inputs({o, m, ay, ax, ky, kx}, w);
                    }
                }
            }
        }
    }

    struct Step {
        std::int32_t output, middle, ay, ax, ky, kx;
    };

    /// One tap of the first kernel for all input channels: neighbours in both weight arrays, a kernel apart.
    void add_inputs(const Step& step, double w) {
        const std::int32_t group_inputs = g_.input.channels / g_.groups;
        const std::int32_t a_inputs = a_.input.channels / a_.groups;
        const std::int32_t first_input = step.middle / (a_.output.channels / a_.groups) * a_inputs;
        if (step.output / (g_.output.channels / g_.groups) != first_input / group_inputs) return;
        const std::size_t a_kernel = to_size(a_.kernel_height) * to_size(a_.kernel_width);
        const std::size_t kernel = to_size(g_.kernel_height) * to_size(g_.kernel_width);
        const double* const from = first_.weights.data() + to_size(step.middle) * to_size(a_inputs) * a_kernel +
                                   to_size(step.ay) * to_size(a_.kernel_width) + to_size(step.ax);
        double* const to =
            both_.weights.data() +
            (to_size(step.output) * to_size(group_inputs) + to_size(first_input % group_inputs)) * kernel +
            to_size(step.ky) * to_size(g_.kernel_width) + to_size(step.kx);
        for (std::size_t c = 0; c < to_size(a_inputs); ++c) to[c * kernel] += from[c * a_kernel] * w;
    }

    const RealConvolution& first_;
    const RealConvolution& second_;
    RealConvolution& both_;
    const ConvolutionSynapses& a_;
    const ConvolutionSynapses& b_;
    const ConvolutionSynapses& g_;
};

}  // namespace

ConvolutionSynapses geometry_of(const Convolution& convolution) {
    ConvolutionSynapses g =
        geometry_of({convolution.kernel.height, convolution.stride.height, convolution.dilation.height,
                     convolution.pad.height, convolution.input.height, convolution.output.height},
                    {convolution.kernel.width, convolution.stride.width, convolution.dilation.width,
                     convolution.pad.width, convolution.input.width, convolution.output.width},
                    convolution.input.channels, convolution.output.channels);
    g.groups = convolution.groups;
    return g;
}

std::optional<ConvolutionSynapses> geometry_of(const AveragePool& pool) {
    // A divisor belongs to a place of the output, while classes of weights go by the place of the input (weight_class).
    // So a pool whose divisor differs at the border is no convolution, not even one with classes.
    const std::int32_t count = divisor(pool, 0, 0);
    for (std::int32_t y = 0; y < pool.output.height; ++y) {
        for (std::int32_t x = 0; x < pool.output.width; ++x) {
            if (divisor(pool, y, x) != count) return std::nullopt;
        }
    }
    ConvolutionSynapses g =
        geometry_of({pool.kernel.height, pool.stride.height, 1, pool.pad.height, pool.input.height, pool.output.height},
                    {pool.kernel.width, pool.stride.width, 1, pool.pad.width, pool.input.width, pool.output.width},
                    pool.input.channels, pool.output.channels);
    g.groups = pool.input.channels;
    return g;
}

RealConvolution to_real(const Convolution& convolution, std::span<const Tensor> tensors) {
    const std::vector<float>& weights = tensors[to_size(convolution.weights)].values;
    return {geometry_of(convolution), {weights.begin(), weights.end()}};
}

std::optional<RealConvolution> to_real(const AveragePool& pool) {
    auto geometry = geometry_of(pool);
    if (!geometry) return std::nullopt;
    const std::size_t count = geometry->filter_count();
    return RealConvolution{std::move(*geometry), std::vector<double>(count, 1.0 / divisor(pool, 0, 0))};
}

std::optional<std::vector<std::int32_t>> channel_map(const Gather& gather) {
    if (gather.input.height != gather.output.height || gather.input.width != gather.output.width) return std::nullopt;
    const auto area = static_cast<std::int32_t>(gather.output.area());
    std::vector<std::int32_t> map;
    for (std::int32_t c = 0; c < gather.output.channels; ++c) {
        const std::int32_t* const source = gather.source.data() + to_size(c) * to_size(area);
        // Without this, a run that begins within a channel and goes on into the next would pass for a channel.
        if (source[0] >= 0 && source[0] % area != 0) return std::nullopt;
        for (std::int32_t i = 0; i < area; ++i) {
            if (source[i] != (source[0] < 0 ? -1 : source[0] + i)) return std::nullopt;
        }
        map.push_back(source[0] < 0 ? -1 : source[0] / area);
    }
    return map;
}

std::optional<ConvolutionSynapses> composed_geometry(const ConvolutionSynapses& first,
                                                     const ConvolutionSynapses& second) {
    const ConvolutionSynapses &a = first, &b = second;
    if (!a.weight_class.empty() || !b.weight_class.empty() || a.output != b.input || a.first_output_channel != 0)
        return std::nullopt;
    if (!fits_together(rows(a), rows(b)) || !fits_together(columns(a), columns(b))) return std::nullopt;
    if (!is_exact_beyond_frame(rows(a), rows(b)) || !is_exact_beyond_frame(columns(a), columns(b))) return std::nullopt;
    ConvolutionSynapses both = geometry_of(compose_axis(rows(a), rows(b)), compose_axis(columns(a), columns(b)),
                                           a.input.channels, b.output.channels);
    // A depthwise convolution keeps every channel to itself, so the composition has the groups of the other one. Else
    // an output may see inputs of several groups of the first, and a full kernel with zeros is always right.
    both.groups = is_depthwise(a) ? b.groups : is_depthwise(b) ? a.groups : 1;
    if (both.filter_count() > most_weights) return std::nullopt;
    return both;
}

std::optional<RealConvolution> compose(const RealConvolution& first, const RealConvolution& second) {
    auto geometry = composed_geometry(first.geometry, second.geometry);
    if (!geometry) return std::nullopt;
    const std::size_t count = geometry->filter_count();
    RealConvolution both{std::move(*geometry), std::vector<double>(count, 0.0)};
    Accumulation(first, second, both).run();
    return both;
}

RealConvolution move_outputs(const RealConvolution& convolution, std::span<const std::int32_t> source_channel,
                             const Shape& output) {
    const ConvolutionSynapses& g = convolution.geometry;
    const auto used = std::ranges::find_if(source_channel, [](std::int32_t c) { return c >= 0; });
    const auto first = static_cast<std::int32_t>(used - source_channel.begin());
    // Channels moved together to a place further on keep their weights, and only their place changes.
    // This is what a concatenation does. Written out, each of its parts would store, and every spike would add, weights
    // of 0 for all channels of the others. If no channel is used at all, `first` is behind the end, and this is false.
    bool is_block = first + g.output.channels <= static_cast<std::int32_t>(source_channel.size());
    for (std::int32_t k = 0; is_block && k < static_cast<std::int32_t>(source_channel.size()); ++k) {
        const bool is_inside = k >= first && k < first + g.output.channels;
        is_block = source_channel[to_size(k)] == (is_inside ? k - first : -1);
    }
    RealConvolution moved = convolution;
    if (is_block) {
        moved.geometry.first_output_channel += first;
        return moved;
    }
    moved.geometry.output = output;
    // The new order of the channels need not keep groups together.
    moved.geometry.groups = 1;
    moved.weights.assign(moved.geometry.filter_count(), 0.0);
    std::size_t k = 0;
    for (std::int32_t o = 0; o < output.channels; ++o) {
        for (std::int32_t c = 0; c < g.input.channels; ++c) {
            for (std::int32_t ky = 0; ky < g.kernel_height; ++ky) {
                for (std::int32_t kx = 0; kx < g.kernel_width; ++kx, ++k) {
                    if (source_channel[to_size(o)] >= 0)
                        moved.weights[k] = weight_between(convolution, source_channel[to_size(o)], c, ky, kx);
                }
            }
        }
    }
    return moved;
}

RealConvolution move_inputs(const RealConvolution& convolution, std::span<const std::int32_t> source_channel,
                            const Shape& input) {
    const ConvolutionSynapses& g = convolution.geometry;
    RealConvolution moved = convolution;
    moved.geometry.input = input;
    moved.weights.assign(moved.geometry.filter_count(), 0.0);
    const std::size_t kernel = to_size(g.kernel_height) * to_size(g.kernel_width);
    for (std::size_t o = 0; o < to_size(g.output.channels); ++o) {
        for (std::size_t k = 0; k < source_channel.size(); ++k) {
            if (source_channel[k] < 0) continue;
            for (std::size_t i = 0; i < kernel; ++i) {
                // Added, not assigned: the gather may repeat a channel, which then acts through the weights of all its
                // copies.
                moved.weights[(o * to_size(input.channels) + to_size(source_channel[k])) * kernel + i] +=
                    convolution.weights[(o * to_size(g.input.channels) + k) * kernel + i];
            }
        }
    }
    return moved;
}

}  // namespace syncopate
