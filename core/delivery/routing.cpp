#include "core/delivery/routing.hpp"

#include "core/index.hpp"
#include "core/layout.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace syncopate {

namespace {

struct Route {
    std::vector<std::size_t> begin;
    std::vector<std::uint32_t> targets;
};

/// Output positions whose window holds `position`, along one axis.
std::pair<std::int32_t, std::int32_t> windows_holding(std::int32_t position, std::int32_t kernel, std::int32_t stride,
                                                      std::int32_t outputs) {
    // Window o holds positions o·stride … o·stride + kernel − 1. So the first that holds the position is the smallest o
    // with o·stride > position − kernel, and the last is ⌊position / stride⌋.
    const std::int32_t first = position < kernel ? 0 : (position - kernel) / stride + 1;
    return {first, std::min(position / stride + 1, outputs)};
}

Route route_of(const SumPool& pool) {
    Route route;
    for (std::int32_t y = 0; y < pool.input.height; ++y) {
        const auto [y_begin, y_end] =
            windows_holding(y + pool.pad_top, pool.kernel_height, pool.stride_height, pool.output.height);
        for (std::int32_t x = 0; x < pool.input.width; ++x) {
            const auto [x_begin, x_end] =
                windows_holding(x + pool.pad_left, pool.kernel_width, pool.stride_width, pool.output.width);
            for (std::int32_t c = 0; c < pool.input.channels; ++c) {
                route.begin.push_back(route.targets.size());
                for (std::int32_t out_y = y_begin; out_y < y_end; ++out_y) {
                    for (std::int32_t out_x = x_begin; out_x < x_end; ++out_x) {
                        route.targets.push_back(
                            static_cast<std::uint32_t>((out_y * pool.output.width + out_x) * pool.output.channels + c));
                    }
                }
            }
        }
    }
    route.begin.push_back(route.targets.size());
    return route;
}

Route route_of(const Remap& remap) {
    const auto count = to_size(remap.input.size());
    const Layout input(remap.input), output(remap.output);
    std::vector<std::size_t> source_of(count);
    // Spikes arrive by place, channels innermost, while a remap is stated by flat C·H·W index; the table has to be in
    // the order in which it is looked up.
    for (std::size_t i = 0; i < count; ++i) source_of[input.place_of(i)] = i;
    Route route;
    for (const std::size_t i : source_of) {
        route.begin.push_back(route.targets.size());
        for (std::size_t k = remap.begin[i]; k < remap.begin[i + 1]; ++k) {
            route.targets.push_back(static_cast<std::uint32_t>(output.place_of(to_size(remap.targets[k]))));
        }
    }
    route.begin.push_back(route.targets.size());
    return route;
}

}  // namespace

RoutingPlan::RoutingPlan(const Routing& routing) {
    std::visit(
        [this](const auto& r) {
            input_ = r.input;
            output_ = r.output;
            Route route = route_of(r);
            begin_ = std::move(route.begin);
            targets_ = std::move(route.targets);
        },
        routing);
}

RoutingPlan::Filling::Filling(const RoutingPlan& plan, TickRange ticks)
    : plan_(plan), open_(plan.output_.height, true), sums_(to_size(plan.output_.size()), 0) {
    open_.split(std::array<std::int32_t, 2>{0, plan.output_.height});
    open_.open(ticks);
}

void RoutingPlan::Filling::add(const Window& source, Tick tick) {
    const auto in_row = to_size(plan_.input_.width) * to_size(plan_.input_.channels);
    for (std::int32_t y = 0; y < plan_.input_.height; ++y) {
        const Window::Row events = source.row(tick, y);
        for (std::size_t e = 0; e < events.positions.size(); ++e) {
            const std::size_t i = to_size(y) * in_row + events.positions[e];
            const std::int32_t amplitude = events.amplitudes.empty() ? 1 : events.amplitudes[e];
            for (std::size_t k = plan_.begin_[i]; k < plan_.begin_[i + 1]; ++k) sums_[plan_.targets_[k]] += amplitude;
        }
    }
    // Sums that come out as 0 are no events: spikes of opposite sign may meet, and an event of amplitude 0 would be
    // delivered for nothing. The write before the test is deliberate, it spares a branch that cannot be predicted.
    const auto out_row = to_size(plan_.output_.width) * to_size(plan_.output_.channels);
    OpenWindow::Segment& segment = open_.segment(0);
    for (std::int32_t y = 0; y < plan_.output_.height; ++y) {
        std::int32_t* const sums = sums_.data() + to_size(y) * out_row;
        std::uint32_t* const positions = segment.positions_for(out_row);
        std::int32_t* const amplitudes = segment.amplitudes_for(out_row);
        std::size_t count = 0;
        for (std::size_t i = 0; i < out_row; ++i) {
            positions[count] = static_cast<std::uint32_t>(i);
            amplitudes[count] = sums[i];
            count += sums[i] != 0 ? 1 : 0;
            sums[i] = 0;
        }
        segment.close_row(count);
        open_.set_count(tick, y, count);
    }
}

Window RoutingPlan::Filling::seal() && { return open_.seal(); }

std::vector<std::int64_t> RoutingPlan::route_values(std::span<const std::int64_t> values) const {
    std::vector<std::int64_t> routed(to_size(output_.size()), 0);
    for (std::size_t i = 0; i < values.size(); ++i) {
        for (std::size_t k = begin_[i]; k < begin_[i + 1]; ++k) routed[targets_[k]] += values[i];
    }
    return routed;
}

}  // namespace syncopate
