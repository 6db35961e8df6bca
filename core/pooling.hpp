#pragma once

#include "core/charge.hpp"
#include "core/shape.hpp"

#include <cstdint>

namespace syncopate {

/// Which inputs a pooling neuron looks at: those of its channel in a window over the input, as ONNX and PyTorch define
/// MaxPool. Padding holds no input. At the bottom and right it follows from the shape of the population.
struct PoolWindow {
    std::int32_t input_height = 1, input_width = 1;
    std::int32_t kernel_height = 1, kernel_width = 1;
    std::int32_t stride_height = 1, stride_width = 1;
    std::int32_t dilation_height = 1, dilation_width = 1;
    std::int32_t pad_top = 0, pad_left = 0;

    /// What a population of pooling neurons with the shape `output` takes.
    Shape input(const Shape& output) const { return {output.channels, input_height, input_width}; }
    friend bool operator==(const PoolWindow&, const PoolWindow&) = default;
};

/// The inputs of a pooling neuron at one tick at which some of them spike. S_i is the sum of the amplitudes that input
/// i has sent so far, this tick included.
struct PooledTick {
    Charge before = 0;        // max_i S_i of the tick before
    Charge now = 0;           // max_i S_i
    std::int32_t winner = 0;  // what argmax_i S_i sends at this tick; of several, the first that sends something
};

/// What a pooling neuron sends when something arrives; else it sends nothing. Amplitudes are not negative.
class PoolingRule {
public:
    virtual ~PoolingRule() = default;
    /// The amplitude sent, 0 = none.
    virtual std::int32_t output(const PooledTick& tick) const = 0;
    /// Whether the sum of what is sent over a window is the largest sum of an input, whatever the ticks.
    virtual bool keeps_largest_sum() const = 0;
};

}  // namespace syncopate
