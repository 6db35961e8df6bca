#pragma once

#include "io/formats/data/dataset.hpp"
#include "io/formats/data/input_range.hpp"
#include "io/formats/data/sample_range.hpp"
#include "topology/layer_graph.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace syncopate {

/// Turns samples of a data set into a network's input, in double precision: pixels are resized, then (x·scale − mean) /
/// std each channel; values 0 … 1 are pixels over 255; samples that are ready are taken as they are. A flat row and a
/// picture of as many values stand for one another.
class Preprocessor {
public:
    /// `dataset` must outlive this object; `stated`: what a user says its numbers are (decide_input_range, whose errors
    /// it throws). Throws Error naming the data, both shapes and what to do unless its samples become `network_input`,
    /// and for preprocessing that is not finite, has std ≤ 0, or other than one value or one for each channel.
    Preprocessor(const Dataset& dataset, const Preprocessing& preprocessing, const Shape& network_input,
                 std::optional<InputRange> stated = {});

    const RangeDecision& range() const { return range_; }

    /// Writes sample number `sample` as the network's input, flat C·H·W. May be called by several threads at once.
    /// Requires: 0 ≤ sample < dataset.count and input.size() = network_input.size().
    /// Throws Error naming the sample if a value is not finite.
    void read(std::int64_t sample, std::span<double> input) const;
    /// The same, returned.
    std::vector<double> sample(std::int64_t sample) const;

private:
    const Dataset& dataset_;
    RangeDecision range_;
    Shape shape_;  // after the resize
    double scale_ = 1.0;
    std::vector<double> mean_;  // one for each channel
    std::vector<double> std_;
    std::optional<Framing> framing_;
};

}  // namespace syncopate
