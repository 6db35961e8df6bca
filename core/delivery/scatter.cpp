#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/delivery/scatter.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/delivery/scatter.hpp"

#include "core/delivery/delivery_kinds.hpp"
#include "core/index.hpp"

#include <cmath>
#include <memory>
#include <optional>

HWY_BEFORE_NAMESPACE();
namespace syncopate::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Lanes32 = hn::CappedTag<std::int32_t, ScatterPlan::block>;

/// current[i] += weights[i] · amplitude over blocks of 16; `is_unit` leaves the multiplication out.
template <bool is_unit>
HWY_INLINE void add_run(std::int32_t* HWY_RESTRICT current, const std::int32_t* HWY_RESTRICT weights,
                        std::size_t blocks, std::int32_t amplitude) {
    const Lanes32 d;
    const auto factor = hn::Set(d, amplitude);
    for (std::size_t i = 0; i < blocks * ScatterPlan::block; i += hn::Lanes(d)) {
        auto w = hn::Load(d, weights + i);
        if constexpr (!is_unit) w = hn::Mul(w, factor);
        hn::StoreU(hn::Add(hn::LoadU(d, current + i), w), d, current + i);
    }
}

/// `fixed_blocks` = 0: the number of blocks is read from the plan.
template <std::size_t fixed_blocks, bool is_unit>
void scatter_events(const ScatterPlan& plan, const ScatterEntry* HWY_RESTRICT table, const Window::Row& events,
                    std::span<const SumRow<std::int32_t>> rows) {
    const std::size_t blocks = fixed_blocks != 0 ? fixed_blocks : plan.run_blocks;
    const std::int32_t* const weights = plan.weights.get();
    for (std::size_t e = 0; e < events.positions.size(); ++e) {
        const ScatterEntry entry = table[events.positions[e]];
        const std::int32_t amplitude = is_unit ? 1 : events.amplitudes[e];
        for (const SumRow<std::int32_t>& row : rows) {
            std::int32_t* current = row.origin + entry.target;
            const std::int32_t* run = weights + entry.weight + row.weight_shift;
            for (std::size_t r = 0; r < plan.run_count; ++r) {
                add_run<is_unit>(current, run, blocks, amplitude);
                current += plan.run_step;
                run += blocks * ScatterPlan::block;
            }
        }
    }
}

template <bool is_unit>
void scatter_by_blocks(const ScatterPlan& plan, const ScatterEntry* table, const Window::Row& events,
                       std::span<const SumRow<std::int32_t>> rows) {
    switch (plan.run_blocks) {
        case 1:
            return scatter_events<1, is_unit>(plan, table, events, rows);
        case 2:
            return scatter_events<2, is_unit>(plan, table, events, rows);
        case 3:
            return scatter_events<3, is_unit>(plan, table, events, rows);
        case 4:
            return scatter_events<4, is_unit>(plan, table, events, rows);
        case 6:
            return scatter_events<6, is_unit>(plan, table, events, rows);
        case 8:
            return scatter_events<8, is_unit>(plan, table, events, rows);
        case 12:
            return scatter_events<12, is_unit>(plan, table, events, rows);
        default:
            return scatter_events<0, is_unit>(plan, table, events, rows);
    }
}

void scatter_runs(const ScatterPlan& plan, const ScatterEntry* table, const Window::Row& events,
                  std::span<const SumRow<std::int32_t>> rows) {
    // Whether spikes have amplitudes is decided once for a row of events, not for each: nearly all windows have none,
    // and their loop is an addition only.
    if (events.amplitudes.empty()) return scatter_by_blocks<true>(plan, table, events, rows);
    return scatter_by_blocks<false>(plan, table, events, rows);
}

/// sums[i] += weights[i] · value over blocks of 16, in 64 bits; the compiler has checked the sums. `is_short`: value
/// has 32 bits, so that one multiplication does.
template <bool is_short>
HWY_INLINE void multiply_run(Charge* HWY_RESTRICT sums, const std::int32_t* HWY_RESTRICT weights, std::size_t blocks,
                             Charge value) {
    const hn::CappedTag<std::int64_t, ScatterPlan::block> d64;
    const hn::Rebind<std::int32_t, decltype(d64)> d32;
    [[maybe_unused]] const auto factor = hn::Set(d64, value);
    for (std::size_t i = 0; i < blocks * ScatterPlan::block; i += hn::Lanes(d64)) {
        const auto w = hn::PromoteTo(d64, hn::LoadU(d32, weights + i));
#if HWY_TARGET == HWY_SCALAR
        const auto product = hn::Set(d64, hn::GetLane(w) * value);
#else
        const hn::Repartition<std::int32_t, decltype(d64)> both;
        const auto low = hn::MulEven(hn::BitCast(both, w), hn::BitCast(both, factor));
        const auto product = is_short ? low : hn::Mul(w, factor);
#endif
        hn::StoreU(hn::Add(hn::LoadU(d64, sums + i), product), d64, sums + i);
    }
}

template <std::size_t fixed_blocks, bool is_short>
HWY_INLINE void multiply_value(const ScatterPlan& plan, ScatterEntry entry, Charge value,
                               std::span<const SumRow<Charge>> rows) {
    const std::size_t blocks = fixed_blocks != 0 ? fixed_blocks : plan.run_blocks;
    for (const SumRow<Charge>& row : rows) {
        Charge* sums = row.origin + entry.target;
        const std::int32_t* run = plan.weights.get() + entry.weight + row.weight_shift;
        for (std::size_t r = 0; r < plan.run_count; ++r) {
            multiply_run<is_short>(sums, run, blocks, value);
            sums += plan.run_step;
            run += blocks * ScatterPlan::block;
        }
    }
}

template <std::size_t fixed_blocks>
void multiply_values(const ScatterPlan& plan, const ScatterEntry* HWY_RESTRICT table, std::span<const Charge> values,
                     std::span<const SumRow<Charge>> rows) {
    for (std::size_t position = 0; position < values.size(); ++position) {
        const Charge value = values[position];
        if (value == 0) continue;
        // A product of 32 by 64 bits takes several multiplications on most instruction sets; when the value itself has
        // 32 bits, one widening multiplication does, so each value is looked at once.
        if (value == static_cast<std::int32_t>(value)) {
            multiply_value<fixed_blocks, true>(plan, table[position], value, rows);
        } else {
            multiply_value<fixed_blocks, false>(plan, table[position], value, rows);
        }
    }
}

void multiply_rows(const ScatterPlan& plan, const ScatterEntry* table, std::span<const Charge> values,
                   std::span<const SumRow<Charge>> rows) {
    switch (plan.run_blocks) {
        case 1:
            return multiply_values<1>(plan, table, values, rows);
        case 2:
            return multiply_values<2>(plan, table, values, rows);
        case 3:
            return multiply_values<3>(plan, table, values, rows);
        case 4:
            return multiply_values<4>(plan, table, values, rows);
        case 6:
            return multiply_values<6>(plan, table, values, rows);
        case 12:
            return multiply_values<12>(plan, table, values, rows);
        default:
            return multiply_values<0>(plan, table, values, rows);
    }
}

}  // namespace syncopate::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace syncopate {

HWY_EXPORT(scatter_runs);
HWY_EXPORT(multiply_rows);

void scatter_row(const ScatterPlan& plan, std::int32_t y, const Window::Row& events,
                 std::span<const SumRow<std::int32_t>> rows) {
    const ScatterEntry* const table = plan.entries.data() + plan.table_of_row[to_size(y)];
    HWY_DYNAMIC_DISPATCH(scatter_runs)(plan, table, events, rows);
}

void scatter_values(const ScatterPlan& plan, std::int32_t y, std::span<const Charge> values,
                    std::span<const SumRow<Charge>> rows) {
    const ScatterEntry* const table = plan.entries.data() + plan.table_of_row[to_size(y)];
    HWY_DYNAMIC_DISPATCH(multiply_rows)(plan, table, values, rows);
}

namespace {

class ScatterDelivery final : public Delivery {
public:
    ScatterDelivery(const ConvolutionSynapses& synapses, const Shape& target) : plan_(plan_scatter(synapses, target)) {}

    Margins margins() const override { return {plan_.margin_left, plan_.margin_right}; }
    BandReach reach(std::int32_t first_row, std::int32_t last_row) const override {
        BandReach reach;
        for (std::size_t y = 0; y + 1 < plan_.first_target.size(); ++y) {
            const auto begin = static_cast<std::uint32_t>(reach.target_rows.size());
            for (std::size_t t = plan_.first_target[y]; t < plan_.first_target[y + 1]; ++t) {
                const TargetRow& row = plan_.target_rows[t];
                if (row.y < first_row || row.y >= last_row) continue;
                reach.target_rows.push_back({row.y - first_row, row.weight_shift});
            }
            const auto end = static_cast<std::uint32_t>(reach.target_rows.size());
            // Source rows that do not reach the band are not listed, so a band never looks at events which cannot
            // concern it.
            if (end > begin) reach.sources.push_back({static_cast<std::int32_t>(y), begin, end});
        }
        return reach;
    }
    void add_events(const Window::Row& events, const Destination<std::int32_t>& to) const override {
        scatter_row(plan_, to.source_row, events, to.rows);
    }
    void add_values(std::span<const Charge> values, const Destination<Charge>& to) const override {
        scatter_values(plan_, to.source_row, values, to.rows);
    }

private:
    ScatterPlan plan_;
};

/// Blocks of weights that a spike in the middle of the map adds.
std::optional<double> scatter_cost(const Synapses& synapses, const Shape& target) {
    const auto* s = std::get_if<ConvolutionSynapses>(&synapses);
    if (s == nullptr) return std::nullopt;
    const double taps = std::ceil(static_cast<double>(s->kernel_width) / s->stride_width);
    const double rows = std::ceil(static_cast<double>(s->kernel_height) / s->stride_height);
    const double outputs = static_cast<double>(s->output.channels) / s->groups;
    const auto blocks = [](double weights) { return std::ceil(weights / static_cast<double>(ScatterPlan::block)); };
    return rows * (outputs == target.channels ? blocks(taps * outputs) : taps * blocks(outputs));
}

}  // namespace

DeliveryKind scatter_delivery() {
    return {"scatter", "runs of neighbouring weights of a convolution, added to rows with margins", scatter_cost,
            [](const Synapses& synapses, const Shape& target) -> std::unique_ptr<const Delivery> {
                return std::make_unique<ScatterDelivery>(std::get<ConvolutionSynapses>(synapses), target);
            }};
}

}  // namespace syncopate
#endif
