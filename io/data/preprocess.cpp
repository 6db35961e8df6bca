#include "io/data/preprocess.hpp"

#include "core/assert.hpp"
#include "core/error.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace syncopate {

namespace {

constexpr std::int32_t largest_side = 1 << 14;

/// One value for each channel.
std::vector<double> for_channels(const std::vector<double>& values, double otherwise, std::int32_t channels,
                                 const std::string& what) {
    const auto count = static_cast<std::size_t>(channels);
    if (values.size() > 1 && values.size() != count)
        throw Error("the network's preprocessing states " + std::to_string(values.size()) + " values of " + what +
                    ", but the data have " + std::to_string(channels) +
                    " channels: state one value, or one for each channel, when you convert the network");
    for (const double value : values)
        if (!std::isfinite(value) || (what == "std" && !(value > 0.0)))
            throw Error("the network's preprocessing states the " + what + " " + std::to_string(value) +
                        ": it must be " + (what == "std" ? "finite and greater than 0" : "finite"));
    if (values.size() == count) return values;
    return std::vector<double>(count, values.empty() ? otherwise : values.front());
}

bool is_flat(const Shape& shape) { return (shape.channels == 1) + (shape.height == 1) + (shape.width == 1) >= 2; }

bool stand_for_one_another(const Shape& a, const Shape& b) {
    return a == b || (a.size() == b.size() && (is_flat(a) || is_flat(b)));
}

void check(const Extent& resize) {
    const bool is_possible =
        resize.height >= 1 && resize.width >= 1 && resize.height <= largest_side && resize.width <= largest_side;
    if (is_possible) return;
    throw Error("the network's preprocessing resizes to " + std::to_string(resize.height) + "x" +
                std::to_string(resize.width) + ": both must be between 1 and " + std::to_string(largest_side));
}

void check_finite(std::span<const double> values, const Dataset& dataset, std::int64_t sample) {
    const auto bad = std::ranges::find_if_not(values, [](double value) { return std::isfinite(value); });
    if (bad == values.end()) return;
    throw Error(dataset.files.front().string() + ": value " + std::to_string(bad - values.begin()) + " of sample " +
                std::to_string(sample) + " is " + std::to_string(*bad) + ": an input must be finite");
}

std::string remedy(const Shape& samples, const Shape& wanted, bool is_byte) {
    if (samples.channels == 1 && wanted.channels == 3) return "repeat the grey channel three times in the data";
    if (samples.channels != wanted.channels)
        return "the channels differ: take the data set that the network was trained for";
    const std::string size = std::to_string(wanted.height) + "x" + std::to_string(wanted.width);
    if (is_byte) return "convert the network with --resize " + size + ", or resize the data";
    return "floating-point data are taken as they are: resize them as in training";
}

}  // namespace

Preprocessor::Preprocessor(const Dataset& dataset, const Preprocessing& preprocessing, const Shape& network_input)
    : dataset_(dataset), shape_(dataset.shape) {
    const bool is_byte = dataset.element == Dataset::Element::byte;
    if (is_byte && preprocessing.resize) {
        check(*preprocessing.resize);
        resize_.emplace(shape_, *preprocessing.resize);
        shape_ = resize_->output();
    }
    if (!stand_for_one_another(shape_, network_input))
        throw Error(dataset.files.front().string() + ": samples are " + to_string(shape_) +
                    (resize_ ? " after the resize" : "") + " (channels x height x width), but the network takes " +
                    to_string(network_input) + ": " + remedy(shape_, network_input, is_byte));
    if (!is_byte) return;
    scale_ = preprocessing.scale;
    if (!std::isfinite(scale_))
        throw Error("the network's preprocessing states the scale " + std::to_string(scale_) + ": it must be finite");
    mean_ = for_channels(preprocessing.mean, 0.0, shape_.channels, "mean");
    std_ = for_channels(preprocessing.std, 1.0, shape_.channels, "std");
}

void Preprocessor::read(std::int64_t sample, std::span<double> input) const {
    SYNCOPATE_ASSERT(std::ssize(input) == shape_.size());
    if (resize_) {
        std::vector<double> raw(static_cast<std::size_t>(dataset_.shape.size()));
        dataset_.read(sample, raw);
        (*resize_)(raw, input);
    } else {
        dataset_.read(sample, input);
    }
    if (dataset_.element != Dataset::Element::byte) return check_finite(input, dataset_, sample);
    const auto area = static_cast<std::size_t>(shape_.area());
    for (std::size_t c = 0; c < mean_.size(); ++c)
        for (double& value : input.subspan(c * area, area)) value = (value * scale_ - mean_[c]) / std_[c];
}

std::vector<double> Preprocessor::sample(std::int64_t sample) const {
    std::vector<double> input(static_cast<std::size_t>(shape_.size()));
    read(sample, input);
    return input;
}

}  // namespace syncopate
