#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "topology/conversion/ordered_convolution.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/index.hpp"
#include "topology/conversion/float_operator.hpp"

#include <algorithm>
#include <cstring>

// The file is compiled once for each instruction set (foreach_target), and all of them share this one type.
#ifndef SYNCOPATE_CONVOLUTION_PANEL
#define SYNCOPATE_CONVOLUTION_PANEL
namespace syncopate {

/// Inputs of neighbouring output positions: `depth` rows of `width`, of which the first `positions` count.
struct Panel {
    const float* inputs = nullptr;
    std::size_t width = 0;
    std::size_t depth = 0;
    std::size_t positions = 0;
};

}  // namespace syncopate
#endif

HWY_BEFORE_NAMESPACE();
namespace syncopate::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Lanes = hn::CappedTag<float, 16>;

/// Adds `depth` products to each of 4 output channels × `vectors` vectors of output positions. Lanes are different
/// outputs, so that the order of every sum is that of `depth`, whatever the instruction set.
template <std::size_t vectors>
HWY_INLINE void accumulate(const float* HWY_RESTRICT panel, std::size_t panel_width, const float* HWY_RESTRICT weights,
                           std::size_t depth, float* HWY_RESTRICT sums) {
    const Lanes d;
    const std::size_t n = hn::Lanes(d);
    // 4 × 2 sums, 2 vectors of inputs and one weight stay in the 16 registers that AVX2 has. Products and sums are two
    // instructions, never a fused one: that rounds once instead of twice, and not every machine has it. All loads are
    // aligned, because rows are 32 floats and vectors 16 or fewer.
    hn::Vec<Lanes> sum[4][vectors];
    for (std::size_t o = 0; o < 4; ++o) {
        for (std::size_t v = 0; v < vectors; ++v) sum[o][v] = hn::Load(d, sums + o * panel_width + v * n);
    }
    for (std::size_t k = 0; k < depth; ++k, panel += panel_width, weights += 4) {
        hn::Vec<Lanes> in[vectors];
        for (std::size_t v = 0; v < vectors; ++v) in[v] = hn::Load(d, panel + v * n);
        for (std::size_t o = 0; o < 4; ++o) {
            const auto w = hn::Set(d, weights[o]);
            for (std::size_t v = 0; v < vectors; ++v) sum[o][v] = hn::Add(sum[o][v], hn::Mul(w, in[v]));
        }
    }
    for (std::size_t o = 0; o < 4; ++o) {
        for (std::size_t v = 0; v < vectors; ++v) hn::Store(sum[o][v], d, sums + o * panel_width + v * n);
    }
}

/// sums[o][p] += Σ weights[k][o] · inputs[k][p] over k ascending, for 4 channels o and the panel's positions p.
void accumulate_block(const Panel& panel, const float* weights, float* sums) {
    const std::size_t n = hn::Lanes(Lanes());
    // The last vector may reach beyond the positions, but never beyond the row: 32 is a multiple of two vectors of any
    // width. What it computes there comes from zeros and is not written out, so no lane needs a mask.
    std::size_t p = 0;
    for (; p + n < panel.positions; p += 2 * n)
        accumulate<2>(panel.inputs + p, panel.width, weights, panel.depth, sums + p);
    if (p < panel.positions) accumulate<1>(panel.inputs + p, panel.width, weights, panel.depth, sums + p);
}

}  // namespace syncopate::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace syncopate {

namespace {

HWY_EXPORT(accumulate_block);

constexpr std::size_t panel_width = 32;   // output positions computed together; two vectors of 16 lanes
constexpr std::size_t panel_depth = 256;  // inputs of a sum taken at a time, so that a panel stays in the first cache
constexpr std::size_t block = 4;          // output channels computed together

/// Neighbouring output positions of one row of one sample.
struct Run {
    std::size_t sample = 0;
    std::int32_t y = 0;
    std::int32_t x = 0;
    std::int32_t length = 0;
};

/// Which input one product of a sum takes.
struct Tap {
    std::int32_t channel = 0;
    std::int32_t ky = 0;
    std::int32_t kx = 0;
};

class OrderedConvolution final : public FloatOperator {
public:
    explicit OrderedConvolution(const ConvolutionTask& task)
        : g_(task.geometry),
          group_inputs_(g_.input.channels / g_.groups),
          group_outputs_(to_size(g_.output.channels / g_.groups)),
          blocks_((group_outputs_ + block - 1) / block),
          bias_(task.bias) {
        for (std::int32_t c = 0; c < group_inputs_; ++c) {
            for (std::int32_t ky = 0; ky < g_.kernel.height; ++ky) {
                for (std::int32_t kx = 0; kx < g_.kernel.width; ++kx) taps_.push_back({c, ky, kx});
            }
        }
        // The last block of a group may have fewer than 4 channels. The others keep weights of 0, and write() passes
        // over their sums, so that the kernel knows one size only.
        weights_.assign(to_size(g_.groups) * blocks_ * taps_.size() * block, 0.0F);
        for (std::size_t o = 0; o < to_size(g_.output.channels); ++o) {
            const std::size_t group = o / group_outputs_, within = o % group_outputs_;
            float* const packed = block_weights(group, within / block) + within % block;
            for (std::size_t k = 0; k < taps_.size(); ++k) packed[k * block] = task.weights[o * taps_.size() + k];
        }
    }

    std::size_t scratch_bytes() const override {
        return (std::min(panel_depth, taps_.size()) + blocks_ * block) * panel_width * sizeof(float);
    }

    void run(const FloatOperands& operands) const override {
        auto* const panel = reinterpret_cast<float*>(operands.scratch);
        float* const sums = panel + std::min(panel_depth, taps_.size()) * panel_width;
        const std::size_t positions = operands.samples * to_size(g_.output.area());
        // A panel goes on across rows and samples. If it ended with a row, a fully connected layer, whose output is one
        // position, would leave 31 of its 32 places empty.
        std::vector<Run> runs;
        for (std::size_t first = 0; first < positions; first += panel_width) {
            const std::size_t count = std::min(panel_width, positions - first);
            find_runs(first, count, runs);
            for (std::size_t group = 0; group < to_size(g_.groups); ++group) {
                std::fill_n(sums, blocks_ * block * panel_width, 0.0F);
                add_products(group, operands.inputs[0], runs, panel, sums);
                write(group, sums, runs, operands.output);
            }
        }
    }

private:
    float* block_weights(std::size_t group, std::size_t b) {
        return weights_.data() + (group * blocks_ + b) * taps_.size() * block;
    }

    void find_runs(std::size_t first, std::size_t count, std::vector<Run>& runs) const {
        runs.clear();
        const auto area = to_size(g_.output.area());
        const std::size_t width = to_size(g_.output.width);
        while (count > 0) {
            const std::size_t within = first % area;
            const std::size_t length = std::min(count, width - within % width);
            runs.push_back({first / area, static_cast<std::int32_t>(within / width),
                            static_cast<std::int32_t>(within % width), static_cast<std::int32_t>(length)});
            first += length;
            count -= length;
        }
    }

    /// `panel`: memory of one.
    void add_products(std::size_t group, const float* input, const std::vector<Run>& runs, float* panel,
                      float* sums) const {
        std::size_t count = 0;
        for (const Run& run : runs) count += to_size(run.length);
        // Cutting a sum into pieces changes no bit: the float that is stored between two pieces is the one that the
        // register held, and the order goes on where it stopped.
        for (std::size_t k = 0; k < taps_.size(); k += panel_depth) {
            const std::size_t depth = std::min(panel_depth, taps_.size() - k);
            for (std::size_t i = 0; i < depth; ++i) fill(group, taps_[k + i], input, runs, panel + i * panel_width);
            for (std::size_t b = 0; b < blocks_; ++b) {
                const float* const weights = weights_.data() + ((group * blocks_ + b) * taps_.size() + k) * block;
                HWY_DYNAMIC_DISPATCH(accumulate_block)
                ({panel, panel_width, depth, count}, weights, sums + b * block * panel_width);
            }
        }
    }

    /// One row of the panel: what the tap reads for each output position. A product with the padding adds nothing.
    void fill(std::size_t group, const Tap& tap, const float* input, const std::vector<Run>& runs, float* row) const {
        float* const end = row + panel_width;
        const auto area = to_size(g_.input.area());
        for (const Run& run : runs) {
            const std::int32_t y = run.y * g_.stride.height - g_.pad.height + tap.ky * g_.dilation.height;
            const std::int32_t x = run.x * g_.stride.width - g_.pad.width + tap.kx * g_.dilation.width;
            // The padding is multiplied like any input, and still the sum is that without it, to the bit: weights are
            // finite, so a product with 0 is +0 or −0, and neither changes a sum that is not −0. A sum is never −0,
            // because it begins with +0, and of floats only −0 + −0 gives −0.
            if (y < 0 || y >= g_.input.height) {
                row = std::fill_n(row, run.length, 0.0F);
                continue;
            }
            const std::size_t plane =
                run.sample * to_size(g_.input.channels) + group * to_size(group_inputs_) + to_size(tap.channel);
            const float* const line = input + plane * area + to_size(y) * to_size(g_.input.width);
            row = fill_run(line, x, run.length, row);
        }
        std::fill(row, end, 0.0F);
    }

    float* fill_run(const float* line, std::int32_t x, std::int32_t length, float* row) const {
        const std::int32_t stride = g_.stride.width;
        // Rounded up: the first place whose input is not left of the frame. `fits` is the first place whose input is
        // right of it. Divided once for a run, so that no place is tested on its own.
        const std::int32_t before = x < 0 ? std::min(length, (-x + stride - 1) / stride) : 0;
        const std::int32_t fits = x < g_.input.width ? (g_.input.width - 1 - x) / stride + 1 : 0;
        const std::int32_t inside_end = std::max(before, std::min(length, fits));
        row = std::fill_n(row, before, 0.0F);
        if (stride == 1) {
            if (inside_end > before) row = std::copy_n(line + x + before, inside_end - before, row);
        } else {
            for (std::int32_t i = before; i < inside_end; ++i) *row++ = line[x + i * stride];
        }
        return std::fill_n(row, length - inside_end, 0.0F);
    }

    void write(std::size_t group, const float* sums, const std::vector<Run>& runs, float* output) const {
        const auto area = to_size(g_.output.area());
        for (std::size_t o = 0; o < group_outputs_; ++o) {
            const std::size_t channel = group * group_outputs_ + o;
            const float bias = bias_.empty() ? 0.0F : bias_[channel];
            const float* sum = sums + o * panel_width;
            for (const Run& run : runs) {
                float* out = output + (run.sample * to_size(g_.output.channels) + channel) * area +
                             to_size(run.y) * to_size(g_.output.width) + to_size(run.x);
                for (std::int32_t i = 0; i < run.length; ++i) *out++ = *sum++ + bias;
            }
        }
    }

    Convolution g_;
    std::int32_t group_inputs_;
    std::size_t group_outputs_;
    std::size_t blocks_;  // of output channels, of a group
    std::vector<float> bias_;
    std::vector<Tap> taps_;       // in the order of the sum
    std::vector<float> weights_;  // [group][block][tap][channel of the block]
};

}  // namespace

std::unique_ptr<FloatOperator> make_ordered_convolution(const ConvolutionTask& task) {
    return std::make_unique<OrderedConvolution>(task);
}

}  // namespace syncopate
#endif
