#include "core/delivery/scatter_plan.hpp"

#include "core/assert.hpp"
#include "core/index.hpp"

#include <algorithm>
#include <limits>

namespace syncopate {

namespace {

std::size_t round_up(std::size_t n, std::size_t to) { return (n + to - 1) / to * to; }

// Why the weights are laid out as they are.
//
// A spike of a convolution reaches, in one target row, `taps` neighbouring positions with all output channels of its
// group. Channels lie innermost, so with one group that is a single run of taps · channels neighbouring sums: if the
// weights lie in the same order, delivery is an addition of two arrays, without an index. That order runs against the
// kernel's: the target position further right meets the kernel column further left, hence "taps − 1 − tap". With groups
// the channels of a group are apart from tap to tap, so there is a run for each tap.
//
// Which columns of the kernel a spike meets depends on its place modulo the stride, its phase. Weights are stored once
// for each phase rather than picked column by column when a spike comes: stride 2 costs no memory, because each column
// belongs to one phase, and a spike costs no more than its synapses.
//
// Rows of sums have margins: what lies beyond the border is added to sums that nobody reads. A test for each spike
// would cost more than the sums do. Runs are filled up to whole cache lines with weights of 0 for the same reason.
//
// A target of width 1 would need margins as wide as the kernel to catch what all but one tap bring. There a source
// column meets one kernel column only, so the column takes the place of the phase, and a spike is one tap.

/// Writes one convolution's weights and tables. A source position (x, c) with phase (x + pad) mod stride acts, in every
/// target row, on `taps` neighbouring positions; tap j from the left belongs to kernel column phase + stride · (taps −
/// 1 − j). A kernel dilated along x is treated as a wider one with zeros between. If the target is one position wide, a
/// source column meets one kernel column only, which then takes the place of the phase.
class ConvolutionLayout {
public:
    ConvolutionLayout(const ConvolutionSynapses& synapses, const Shape& target)
        : s_(synapses),
          target_(target),
          is_column_(target.width == 1),
          wide_kernel_((synapses.kernel_width - 1) * synapses.dilation_width + 1),
          phases_(is_column_ ? wide_kernel_ : synapses.stride_width),
          taps_(is_column_ ? 1 : (wide_kernel_ + synapses.stride_width - 1) / synapses.stride_width),
          group_inputs_(synapses.input.channels / synapses.groups),
          group_outputs_(synapses.output.channels / synapses.groups) {
        const bool is_contiguous = group_outputs_ == target.channels;
        plan_.run_count = is_contiguous ? 1 : to_size(taps_);
        plan_.run_step = to_size(target.channels);
        run_ = round_up(to_size(group_outputs_) * (is_contiguous ? to_size(taps_) : 1), ScatterPlan::block);
        plan_.run_blocks = run_ / ScatterPlan::block;
    }

    ScatterPlan build() && {
        fill_weights();
        fill_tables();
        fill_rows();
        return std::move(plan_);
    }

private:
    std::size_t spike_size() const { return run_ * plan_.run_count; }
    std::size_t class_size() const {
        return to_size(phases_) * to_size(s_.input.channels) * to_size(s_.kernel_height) * spike_size();
    }
    /// Weights of (phase, channel) come with all kernel rows together.
    std::size_t spike_offset(std::int32_t phase, std::int32_t channel) const {
        return (to_size(phase) * to_size(s_.input.channels) + to_size(channel)) * to_size(s_.kernel_height) *
               spike_size();
    }

    void fill_weights() {
        const std::size_t classes = s_.weights.size() / s_.filter_count();
        const std::size_t silent =
            to_size(s_.kernel_height) * spike_size();  // for positions that meet no kernel column
        plan_.weight_count = classes * class_size() + silent;
        SYNCOPATE_ASSERT(plan_.weight_count <= std::numeric_limits<std::uint32_t>::max());
        plan_.weights = hwy::AllocateAligned<std::int32_t>(plan_.weight_count + ScatterPlan::block);
        SYNCOPATE_ASSERT(plan_.weights != nullptr);
        // Zeros stand wherever a run is longer than the channels it holds, at the kernel columns that a dilation leaves
        // out, and in the block behind the last run, into which loads may reach.
        std::fill_n(plan_.weights.get(), plan_.weight_count + ScatterPlan::block, 0);
        for (std::size_t k = 0; k < classes; ++k) {
            for (std::int32_t phase = 0; phase < phases_; ++phase) {
                for (std::int32_t c = 0; c < s_.input.channels; ++c) fill_spike(k, phase, c);
            }
        }
    }

    void fill_spike(std::size_t weight_class, std::int32_t phase, std::int32_t channel) {
        for (std::int32_t ky = 0; ky < s_.kernel_height; ++ky) {
            for (std::int32_t tap = 0; tap < taps_; ++tap) {
                const std::int32_t wide = is_column_ ? phase : phase + s_.stride_width * (taps_ - 1 - tap);
                if (wide >= wide_kernel_ || wide % s_.dilation_width != 0) continue;
                fill_run(weight_class, phase, channel, {ky, wide / s_.dilation_width, tap});
            }
        }
    }

    struct Tap {
        std::int32_t ky, kx, tap;
    };

    void fill_run(std::size_t weight_class, std::int32_t phase, std::int32_t channel, Tap tap) {
        const std::int32_t group = channel / group_inputs_;
        const bool is_single_run = plan_.run_count == 1;
        std::int32_t* const run = plan_.weights.get() + weight_class * class_size() + spike_offset(phase, channel) +
                                  to_size(tap.ky) * spike_size() +
                                  to_size(tap.tap) * (is_single_run ? to_size(group_outputs_) : run_);
        for (std::int32_t o = 0; o < group_outputs_; ++o) {
            const std::size_t filter = weight_class * to_size(s_.output.channels) + to_size(group * group_outputs_ + o);
            const std::size_t row =
                (filter * to_size(group_inputs_) + to_size(channel % group_inputs_)) * to_size(s_.kernel_height) +
                to_size(tap.ky);
            run[o] = s_.weights[row * to_size(s_.kernel_width) + to_size(tap.kx)];
        }
    }

    std::uint8_t class_at(std::int32_t y, std::int32_t x) const {
        if (s_.weight_class.empty()) return 0;
        return s_.weight_class[to_size(y) * to_size(s_.input.width) + to_size(x)];
    }

    bool has_classes_of(std::int32_t a, std::int32_t b) const {
        for (std::int32_t x = 0; x < s_.input.width; ++x) {
            if (class_at(a, x) != class_at(b, x)) return false;
        }
        return true;
    }

    void fill_tables() {
        std::int32_t leftmost = 0;
        std::int32_t rightmost = target_.width * target_.channels;
        for (std::int32_t y = 0; y < s_.input.height; ++y) {
            std::int32_t twin = 0;
            // A table depends on the row only through its weight classes, which differ near a padded border and are the
            // same in between: most rows share one table, and it stays in the cache.
            while (twin < y && !has_classes_of(twin, y)) ++twin;
            if (twin < y) {
                plan_.table_of_row.push_back(plan_.table_of_row[to_size(twin)]);
                continue;
            }
            plan_.table_of_row.push_back(plan_.entries.size());
            for (std::int32_t x = 0; x < s_.input.width; ++x) {
                for (std::int32_t c = 0; c < s_.input.channels; ++c) {
                    const ScatterEntry entry = entry_at(y, x, c);
                    plan_.entries.push_back(entry);
                    leftmost = std::min(leftmost, entry.target);
                    const std::size_t reach = run_ + (plan_.run_count - 1) * plan_.run_step;
                    rightmost = std::max(rightmost, entry.target + static_cast<std::int32_t>(reach));
                }
            }
        }
        plan_.margin_left = round_up(to_size(-leftmost), ScatterPlan::block);
        plan_.margin_right = to_size(rightmost - target_.width * target_.channels);
    }

    ScatterEntry entry_at(std::int32_t y, std::int32_t x, std::int32_t c) const {
        const std::int32_t group_channel = s_.first_output_channel + c / group_inputs_ * group_outputs_;
        const std::size_t class_offset = class_at(y, x) * class_size();
        const std::int32_t shifted = x + s_.pad_left;
        if (is_column_) {
            if (shifted < 0 || shifted >= wide_kernel_) {
                return {group_channel,
                        static_cast<std::uint32_t>(s_.weights.size() / s_.filter_count() * class_size())};
            }
            return {group_channel, static_cast<std::uint32_t>(class_offset + spike_offset(shifted, c))};
        }
        const std::int32_t phase = shifted % s_.stride_width;
        // Positions beyond the margins of the target would only be thrown away; the farthest still partly inside count.
        const std::int32_t first = shifted / s_.stride_width - (taps_ - 1);
        if (first >= target_.width) {
            return {group_channel, static_cast<std::uint32_t>(s_.weights.size() / s_.filter_count() * class_size())};
        }
        return {first * target_.channels + group_channel,
                static_cast<std::uint32_t>(class_offset + spike_offset(phase, c))};
    }

    void fill_rows() {
        for (std::int32_t y = 0; y < s_.input.height; ++y) {
            plan_.first_target.push_back(plan_.target_rows.size());
            for (std::int32_t ky = 0; ky < s_.kernel_height; ++ky) {
                const std::int32_t scaled = y + s_.pad_top - ky * s_.dilation_height;
                if (scaled < 0 || scaled % s_.stride_height != 0 || scaled / s_.stride_height >= target_.height)
                    continue;
                plan_.target_rows.push_back(
                    {scaled / s_.stride_height, static_cast<std::uint32_t>(to_size(ky) * spike_size())});
            }
        }
        plan_.first_target.push_back(plan_.target_rows.size());
    }

    const ConvolutionSynapses& s_;
    const Shape target_;
    const bool is_column_;
    const std::int32_t wide_kernel_;
    const std::int32_t phases_;
    const std::int32_t taps_;
    const std::int32_t group_inputs_;
    const std::int32_t group_outputs_;
    std::size_t run_ = 0;
    ScatterPlan plan_;
};

}  // namespace

ScatterPlan plan_scatter(const ConvolutionSynapses& synapses, const Shape& target) {
    return ConvolutionLayout(synapses, target).build();
}

}  // namespace syncopate
