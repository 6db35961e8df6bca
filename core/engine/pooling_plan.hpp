#pragma once

#include "core/pooling.hpp"
#include "core/shape.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace syncopate {

/// Along one axis: the windows that see an input position, in ascending order, and back.
class PoolAxis {
public:
    struct Extents {
        std::int32_t input, output, kernel, stride, dilation, pad;
    };

    PoolAxis() = default;
    explicit PoolAxis(const Extents& extents);

    /// Output positions whose window sees the input position.
    std::span<const std::int32_t> seen_by(std::int32_t input) const { return part(seen_by_, begin_, input); }
    /// Input positions that the window at the output position sees.
    std::span<const std::int32_t> inputs_of(std::int32_t output) const { return part(inputs_, first_input_, output); }

private:
    static std::span<const std::int32_t> part(const std::vector<std::int32_t>& all,
                                              const std::vector<std::size_t>& begin, std::int32_t i);

    std::vector<std::size_t> begin_, first_input_;
    std::vector<std::int32_t> seen_by_, inputs_;
};

/// Windows of pooling neurons, laid out for the engine.
struct PoolingPlan {
    Shape input;
    PoolAxis rows, columns;
    std::vector<std::int32_t> first_input_row, last_input_row;  // that a band sees: first … last − 1
    std::vector<std::size_t> first_sum;  // of every band in PopulationState::pooled_sums, and the size of all
};

/// `band_rows`: as of PopulationPlan.
PoolingPlan plan_pooling(const PoolWindow& window, const Shape& output, std::span<const std::int32_t> band_rows);

}  // namespace syncopate
