#pragma once

#include "io/data/dataset.hpp"
#include "topology/layer_graph.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace syncopate {

/// Turns samples of a data set into inputs of a network: resize, then for eight-bit pixels scale, mean and std, in
/// double.
class Preprocessor {
public:
    /// Throws Error with the remedy if the data do not fit the network's input. The data set must outlive this object.
    Preprocessor(const Dataset& dataset, const Preprocessing& preprocessing, const Shape& input);

    std::vector<double> sample(std::int64_t index) const;

private:
    const Dataset& dataset_;
    Preprocessing preprocessing_;
    Shape input_;
};

/// Bilinear interpolation with half-pixel centres, without antialiasing (PyTorch's interpolate, align_corners=False).
std::vector<double> resize_bilinear(const std::vector<double>& image, const Shape& from, const Shape& to);

/// Samples chosen of a data set, as begin:end or begin:end:step; begin and end may be left out or negative (from the
/// end). Throws UsageError naming the text and what would be right.
std::vector<std::int64_t> parse_sample_range(const std::string& text, std::int64_t count);

}  // namespace syncopate
