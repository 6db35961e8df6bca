#pragma once

#include "topology/extent.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace syncopate {

/// What the numbers of a data set are, which decides what preprocessing does with them.
enum class InputRange : std::uint8_t {
    unit,   // pixels over 255: x·255·scale, minus mean, over std
    byte,   // pixels 0 … 255: x·scale, minus mean, over std
    ready,  // the network's input: taken as they are
};

/// How raw data become the network's input. Pixels 0 … 255: x·scale, minus mean, over std, each channel. Values 0 … 1
/// are pixels over 255: x·255·scale, minus mean, over std. Data that are ready are taken as they are.
struct Preprocessing {
    double scale = 1.0 / 255.0;                     // > 0
    std::vector<double> mean;                       // none, or one for each channel
    std::vector<double> std;                        // none, or one for each channel, > 0
    std::optional<Extent> resize = {};              // bilinear, half-pixel centres, before anything else
    std::optional<std::int32_t> shorter_side = {};  // or: to this, keeping the aspect, bilinear with antialiasing
    std::optional<Extent> center_crop = {};         // of what has been resized
    bool stated = false;                            // false: nobody said, and a run warns
    /// What the calibration data were taken for; other data that could be more than one thing are taken for the same.
    std::optional<InputRange> calibrated_range = {};
};

/// The largest magnitude that a pixel can have behind the preprocessing.
double largest_pixel_input(const Preprocessing& preprocessing);

}  // namespace syncopate
