#pragma once

#include "core/shape.hpp"
#include "core/tick.hpp"

#include <cstddef>
#include <cstdint>

namespace syncopate {

/// The run and the sample that random draws belong to.
struct DrawKey {
    std::uint64_t seed = 0;
    std::uint32_t sample = 0;
};

/// One row of a population in one sample, for draws: neuron (channel, y, x) is position x · channels + channel of it.
struct RowSite {
    DrawKey key;
    std::uint32_t population = 0;  // Population::id
    Shape shape;
    std::int32_t y = 0;
    Tick duration = 1;  // T

    /// Flat index C·H·W of a position.
    std::uint32_t neuron(std::size_t position) const {
        const auto place = static_cast<std::int32_t>(position);
        return static_cast<std::uint32_t>((place % shape.channels * shape.height + y) * shape.width +
                                          place / shape.channels);
    }
};

}  // namespace syncopate
