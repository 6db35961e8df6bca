#include "core/delivery/delivery_kinds.hpp"
#include "core/index.hpp"
#include "core/layout.hpp"

#include <algorithm>

namespace syncopate {

namespace {

struct Synapse {
    std::uint32_t target = 0;  // as Layout places it
    std::int32_t weight = 0;
};

/// The synapses of a convolution one by one.
SparseSynapses listed(const ConvolutionSynapses& s, const Shape& target) {
    SparseSynapses list{.input = s.input, .output = target, .begin = {0}, .targets = {}, .weights = {}};
    const std::int32_t inputs = s.input.channels / s.groups, outputs = s.output.channels / s.groups;
    const auto at = [](std::int32_t n) { return to_size(n); };
    const auto add_target = [&](std::int32_t c, std::int32_t y, std::int32_t x, std::size_t filters, std::int32_t ky,
                                std::int32_t kx) {
        // Turned round from the usual formula: output y_o reads input y_o · stride − pad + k · dilation, so a source y
        // meets the kernel row k of output (y + pad − k · dilation) / stride, if that is whole.
        const std::int32_t row = y + s.pad_top - ky * s.dilation_height,
                           column = x + s.pad_left - kx * s.dilation_width;
        if (row < 0 || row % s.stride_height != 0 || row / s.stride_height >= s.output.height) return;
        if (column < 0 || column % s.stride_width != 0 || column / s.stride_width >= s.output.width) return;
        for (std::int32_t o = c / inputs * outputs; o < (c / inputs + 1) * outputs; ++o) {
            const std::int32_t filter = (o * inputs + c % inputs) * s.kernel_height + ky;
            list.weights.push_back(s.weights[filters + at(filter * s.kernel_width + kx)]);
            list.targets.push_back(((s.first_output_channel + o) * target.height + row / s.stride_height) *
                                       target.width +
                                   column / s.stride_width);
        }
    };
    for (std::int32_t c = 0; c < s.input.channels; ++c) {
        for (std::int32_t y = 0; y < s.input.height; ++y) {
            for (std::int32_t x = 0; x < s.input.width; ++x) {
                const std::size_t weight_class = s.weight_class.empty() ? 0 : s.weight_class[at(y * s.input.width + x)];
                for (std::int32_t ky = 0; ky < s.kernel_height; ++ky) {
                    for (std::int32_t kx = 0; kx < s.kernel_width; ++kx)
                        add_target(c, y, x, weight_class * s.filter_count(), ky, kx);
                }
                list.begin.push_back(list.targets.size());
            }
        }
    }
    return list;
}

/// Synapses without regularity, by source position and ordered by target, so that those of a band lie together.
class SparseDelivery final : public Delivery {
public:
    explicit SparseDelivery(const SparseSynapses& synapses)
        : input_(synapses.input), row_size_(Layout(synapses.output).row_size()) {
        const Layout output(synapses.output);
        std::vector<std::size_t> source_of(input_.size());
        for (std::size_t i = 0; i < source_of.size(); ++i) source_of[input_.place_of(i)] = i;
        begin_.reserve(source_of.size() + 1);
        synapses_.reserve(synapses.targets.size());
        for (const std::size_t i : source_of) {
            begin_.push_back(synapses_.size());
            for (std::size_t s = synapses.begin[i]; s < synapses.begin[i + 1]; ++s) {
                const std::size_t target = output.place_of(to_size(synapses.targets[s]));
                synapses_.push_back({static_cast<std::uint32_t>(target), synapses.weights[s]});
            }
            // Order within a source is free, since sums do not depend on it; by target, one binary search finds those
            // of a band.
            std::sort(synapses_.begin() + static_cast<std::ptrdiff_t>(begin_.back()), synapses_.end(),
                      [](const Synapse& a, const Synapse& b) { return a.target < b.target; });
        }
        begin_.push_back(synapses_.size());
    }

    /// Every source row may reach every band.
    BandReach reach(std::int32_t, std::int32_t) const override {
        BandReach reach;
        for (std::size_t y = 0; y < input_.rows(); ++y) reach.sources.push_back({static_cast<std::int32_t>(y), 0, 0});
        return reach;
    }
    void add_events(const Window::Row& events, const Destination<std::int32_t>& to) const override {
        for (std::size_t e = 0; e < events.positions.size(); ++e)
            add(to, events.positions[e], events.amplitudes.empty() ? 1 : events.amplitudes[e]);
    }
    void add_values(std::span<const Charge> values, const Destination<Charge>& to) const override {
        for (std::size_t position = 0; position < values.size(); ++position) {
            // Unlike a table of single synapses, a list may be long, so here the test pays.
            if (values[position] != 0) add(to, position, values[position]);
        }
    }

private:
    /// Adds the synapses of one source position that end in the band.
    template <class Sum>
    void add(const Destination<Sum>& to, std::size_t position, Sum amplitude) const {
        const std::size_t source = to_size(to.source_row) * input_.row_size() + position;
        const std::size_t first = to_size(to.band.first_row) * row_size_;
        const std::size_t last = to_size(to.band.last_row) * row_size_;
        const auto begin = synapses_.begin() + static_cast<std::ptrdiff_t>(begin_[source]);
        const auto end = synapses_.begin() + static_cast<std::ptrdiff_t>(begin_[source + 1]);
        auto synapse =
            std::lower_bound(begin, end, first, [](const Synapse& s, std::size_t t) { return s.target < t; });
        for (; synapse != end && synapse->target < last; ++synapse) {
            const std::size_t target = synapse->target - first;
            to.band.row(target / row_size_)[target % row_size_] += static_cast<Sum>(synapse->weight * amplitude);
        }
    }

    Layout input_;
    std::size_t row_size_;
    std::vector<std::size_t> begin_;  // of every source position, and one more
    std::vector<Synapse> synapses_;
};

std::optional<double> sparse_cost(const Synapses& synapses, const Shape&) {
    if (const auto* s = std::get_if<SparseSynapses>(&synapses))
        return static_cast<double>(s->targets.size()) / static_cast<double>(std::max<std::int64_t>(1, s->input.size()));
    // Every synapse may lie in a cache line of its own.
    const auto& s = std::get<ConvolutionSynapses>(synapses);
    return static_cast<double>(s.kernel_height) * s.kernel_width * s.output.channels / s.groups;
}

}  // namespace

DeliveryKind sparse_delivery() {
    return {"sparse", "a list of synapses for each source, of whatever kind", sparse_cost,
            [](const Synapses& synapses, const Shape& target) -> std::unique_ptr<const Delivery> {
                if (const auto* s = std::get_if<SparseSynapses>(&synapses)) return std::make_unique<SparseDelivery>(*s);
                return std::make_unique<SparseDelivery>(listed(std::get<ConvolutionSynapses>(synapses), target));
            }};
}

}  // namespace syncopate
