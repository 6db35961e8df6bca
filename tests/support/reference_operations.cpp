#include "tests/support/reference_operations.hpp"

namespace syncopate {

namespace {

using Paths = std::vector<std::int64_t>;  // ways from the spike to every element, flat C·H·W

std::int64_t sum_of(const Paths& paths) {
    std::int64_t sum = 0;
    for (const std::int64_t n : paths) sum += n;
    return sum;
}

/// Calls f(y, x, row, column, ky, kx) for every element that a window at (y, x) of the output sees.
template <class Window, class F>
void for_each_seen(const Window& w, const Extent& dilation, const F& f) {
    for (std::int32_t y = 0; y < w.output.height; ++y) {
        for (std::int32_t x = 0; x < w.output.width; ++x) {
            for (std::int32_t ky = 0; ky < w.kernel.height; ++ky) {
                for (std::int32_t kx = 0; kx < w.kernel.width; ++kx) {
                    const std::int32_t row = y * w.stride.height - w.pad.height + ky * dilation.height;
                    const std::int32_t column = x * w.stride.width - w.pad.width + kx * dilation.width;
                    if (row >= 0 && row < w.input.height && column >= 0 && column < w.input.width) f(y, x, row, column);
                }
            }
        }
    }
}

std::size_t at(const Shape& s, std::int32_t c, std::int32_t y, std::int32_t x) {
    return static_cast<std::size_t>((c * s.height + y) * s.width + x);
}

Paths through(const Convolution& conv, const Paths& in, std::int64_t& operations) {
    Paths out(static_cast<std::size_t>(conv.output.size()), 0);
    const std::int32_t inputs = conv.input.channels / conv.groups, outputs = conv.output.channels / conv.groups;
    for_each_seen(conv, conv.dilation, [&](std::int32_t y, std::int32_t x, std::int32_t row, std::int32_t column) {
        for (std::int32_t o = 0; o < conv.output.channels; ++o) {
            for (std::int32_t i = 0; i < inputs; ++i)
                out[at(conv.output, o, y, x)] += in[at(conv.input, o / outputs * inputs + i, row, column)];
        }
    });
    operations += sum_of(out);
    return out;
}

Paths through(const AveragePool& pool, const Paths& in, std::int64_t&) {
    Paths out(static_cast<std::size_t>(pool.output.size()), 0);
    for_each_seen(pool, Extent{1, 1}, [&](std::int32_t y, std::int32_t x, std::int32_t row, std::int32_t column) {
        for (std::int32_t c = 0; c < pool.output.channels; ++c)
            out[at(pool.output, c, y, x)] += in[at(pool.input, c, row, column)];
    });
    return out;
}

Paths through(const Gather& gather, const Paths& in, std::int64_t&) {
    Paths out(static_cast<std::size_t>(gather.output.size()), 0);
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (gather.source[i] >= 0) out[i] = in[static_cast<std::size_t>(gather.source[i])];
    }
    return out;
}

Paths through(const Scale&, const Paths& in, std::int64_t&) { return in; }

PopulationRole role_of(const LayerGraph& graph, PopulationIndex p) {
    return graph.populations[static_cast<std::size_t>(p)].model.role();
}

/// Operations behind some ways that end in a population.
std::int64_t operations_behind(const LayerGraph& graph, PopulationIndex population, const Paths& paths) {
    std::int64_t operations = 0;
    if (sum_of(paths) == 0) return 0;
    for (const Projection& projection : graph.projections) {
        const PopulationRole target = role_of(graph, projection.target);
        if (projection.source != population || target == PopulationRole::relay || target == PopulationRole::pooling)
            continue;
        Paths reached = paths;
        bool has_convolution = false;
        for (const LinearStage& stage : projection.stages) {
            has_convolution = has_convolution || std::holds_alternative<Convolution>(stage);
            reached = std::visit([&](const auto& s) { return through(s, reached, operations); }, stage);
        }
        // A value that a linear population hands on as it is was counted when it was summed.
        if (!has_convolution && role_of(graph, population) != PopulationRole::linear) operations += sum_of(reached);
        if (role_of(graph, projection.target) == PopulationRole::linear)
            operations += operations_behind(graph, projection.target, reached);
    }
    return operations;
}

}  // namespace

std::vector<std::int64_t> reference_operations(const LayerGraph& graph, const std::vector<ReferenceTrace>& traces) {
    std::vector<std::int64_t> operations(graph.populations.size(), 0);
    for (std::size_t p = 0; p < operations.size(); ++p) {
        if (!sends_spikes(graph.populations[p].model)) continue;
        // All spikes of the window at once: what they cause adds up.
        Paths spikes(static_cast<std::size_t>(graph.populations[p].shape.size()), 0);
        for (const std::vector<std::int32_t>& tick : traces[p].amplitudes) {
            for (std::size_t i = 0; i < tick.size(); ++i) spikes[i] += tick[i] != 0 ? 1 : 0;
        }
        operations[p] = operations_behind(graph, static_cast<std::int32_t>(p), spikes);
    }
    return operations;
}

}  // namespace syncopate
