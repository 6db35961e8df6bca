#pragma once

#include "core/index.hpp"
#include "topology/linear_stage.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace syncopate {

/// Which outputs of a stage an input element reaches.
class StageSupport {
public:
    /// The stage must outlive the support.
    explicit StageSupport(const LinearStage& stage);

    /// Calls f(output element, weight index) for every output that input element i reaches, in ascending order of
    /// (channel, y, x). The weight index is the position in the weights of a convolution, else 0.
    template <class F>
    void for_each_output(std::int32_t i, const F& f) const {
        if (const auto* convolution = std::get_if<Convolution>(stage_)) {
            convolution_outputs(*convolution, i, f);
        } else if (const auto* pool = std::get_if<AveragePool>(stage_)) {
            pool_outputs(*pool, i, f);
        } else if (std::holds_alternative<Gather>(*stage_)) {
            const auto k = to_size(i);
            for (std::size_t t = begin_[k]; t < begin_[k + 1]; ++t) f(targets_[t], std::size_t{0});
        } else {
            f(i, std::size_t{0});
        }
    }

private:
    struct Place {
        std::int32_t channel, y, x;
    };
    static Place place(const Shape& shape, std::int32_t i) {
        const auto area = static_cast<std::int32_t>(shape.area());
        return {i / area, i % area / shape.width, i % shape.width};
    }

    template <class F>
    static void convolution_outputs(const Convolution& conv, std::int32_t i, const F& f) {
        const Place in = place(conv.input, i);
        const std::int32_t group_inputs = conv.input.channels / conv.groups;
        const std::int32_t group_outputs = conv.output.channels / conv.groups;
        const std::int32_t first = in.channel / group_inputs * group_outputs;
        for (std::int32_t o = first; o < first + group_outputs; ++o) {
            for (std::int32_t ky = conv.kernel.height - 1; ky >= 0; --ky) {
                const std::int32_t y = in.y + conv.pad.height - ky * conv.dilation.height;
                if (y < 0 || y % conv.stride.height != 0 || y / conv.stride.height >= conv.output.height) continue;
                for (std::int32_t kx = conv.kernel.width - 1; kx >= 0; --kx) {
                    const std::int32_t x = in.x + conv.pad.width - kx * conv.dilation.width;
                    if (x < 0 || x % conv.stride.width != 0 || x / conv.stride.width >= conv.output.width) continue;
                    const std::int32_t out =
                        (o * conv.output.height + y / conv.stride.height) * conv.output.width + x / conv.stride.width;
                    const std::int64_t row =
                        (std::int64_t{o} * group_inputs + in.channel % group_inputs) * conv.kernel.height + ky;
                    f(out, to_size(row * conv.kernel.width + kx));
                }
            }
        }
    }

    template <class F>
    static void pool_outputs(const AveragePool& pool, std::int32_t i, const F& f) {
        const Place in = place(pool.input, i);
        for (std::int32_t y = 0; y < pool.output.height; ++y) {
            const std::int32_t row = in.y + pool.pad.height - y * pool.stride.height;
            if (row < 0 || row >= pool.kernel.height) continue;
            for (std::int32_t x = 0; x < pool.output.width; ++x) {
                const std::int32_t column = in.x + pool.pad.width - x * pool.stride.width;
                if (column < 0 || column >= pool.kernel.width) continue;
                f((in.channel * pool.output.height + y) * pool.output.width + x, std::size_t{0});
            }
        }
    }

    const LinearStage* stage_;
    std::vector<std::size_t> begin_;  // of a gather: its targets, by source
    std::vector<std::int32_t> targets_;
};

/// Targets of every source of a gather: those of element i are targets[begin[i]] … targets[begin[i + 1] − 1].
void invert(const Gather& gather, std::vector<std::size_t>& begin, std::vector<std::int32_t>& targets);

}  // namespace syncopate
