#include "io/formats/data/preprocess.hpp"

#include "core/assert.hpp"
#include "core/error.hpp"
#include "core/index.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace syncopate {

namespace {

/// Throws Error unless there is one value, or one for each channel, and each can be.
void check_list(const std::vector<double>& values, std::int32_t channels, const std::string& what) {
    if (values.size() > 1 && values.size() != to_size(channels))
        throw Error("the network's preprocessing states " + std::to_string(values.size()) + " values of " + what +
                    ", but the data have " + std::to_string(channels) +
                    " channels: state one value, or one for each channel, when you convert the network");
    for (const double value : values)
        if (!std::isfinite(value) || (what == "std" && !(value > 0.0)))
            throw Error("the network's preprocessing states the " + what + " " + std::to_string(value) +
                        ": it must be " + (what == "std" ? "finite and greater than 0" : "finite"));
}

void check_values(const Preprocessing& preprocessing, std::int32_t channels) {
    if (!std::isfinite(preprocessing.scale) || !(preprocessing.scale > 0.0))
        throw Error("the network's preprocessing states the scale " + std::to_string(preprocessing.scale) +
                    ": it must be finite and greater than 0");
    check_list(preprocessing.mean, channels, "mean");
    check_list(preprocessing.std, channels, "std");
}

/// Channels of the samples; or those of the network, which may have one for each value of a flat row.
std::int32_t channels_of(const Preprocessing& preprocessing, const Shape& samples, const Shape& network_input) {
    const std::size_t stated = std::max(preprocessing.mean.size(), preprocessing.std.size());
    const bool is_of_network = stated == to_size(network_input.channels) && samples.size() == network_input.size() &&
                               !framing_of(preprocessing).is_needed();
    return is_of_network ? network_input.channels : samples.channels;
}

/// One value for each channel.
std::vector<double> for_channels(const std::vector<double>& values, double otherwise, std::int32_t channels) {
    const auto count = to_size(channels);
    if (values.size() == count) return values;
    return std::vector<double>(count, values.empty() ? otherwise : values.front());
}

bool is_flat(const Shape& shape) { return (shape.channels == 1) + (shape.height == 1) + (shape.width == 1) >= 2; }

bool stand_for_one_another(const Shape& a, const Shape& b) {
    return a == b || (a.size() == b.size() && (is_flat(a) || is_flat(b)));
}

void check_finite(std::span<const double> values, const Dataset& dataset, std::int64_t sample) {
    const auto bad = std::ranges::find_if_not(values, [](double value) { return std::isfinite(value); });
    if (bad == values.end()) return;
    throw Error(dataset.files.front().string() + ": value " + std::to_string(bad - values.begin()) + " of sample " +
                std::to_string(sample) + " is " + std::to_string(*bad) + ": an input must be finite");
}

std::string remedy(const Shape& samples, const Shape& wanted, bool is_ready) {
    if (samples.channels == 1 && wanted.channels == 3) return "repeat the grey channel three times in the data";
    if (samples.channels != wanted.channels)
        return "the channels differ: take the data set that the network was trained for";
    const std::string size = std::to_string(wanted.height) + "x" + std::to_string(wanted.width);
    if (is_ready) return "data that are ready for the network are taken as they are: resize them as in training";
    return "convert the network with --resize " + size + ", or resize the data";
}

}  // namespace

Preprocessor::Preprocessor(const Dataset& dataset, const Preprocessing& preprocessing, const Shape& network_input,
                           std::optional<InputRange> stated)
    : dataset_(dataset), shape_(dataset.shape) {
    const std::int32_t channels = channels_of(preprocessing, dataset.shape, network_input);
    check_values(preprocessing, channels);
    range_ = decide_input_range(dataset, preprocessing, stated);
    const bool is_ready = range_.range == InputRange::ready;
    const Framing framing = framing_of(preprocessing);
    if (!is_ready && !dataset.is_framed && framing.is_needed()) {
        framing_ = framing;
        shape_ = framed_shape(shape_, framing, "the network's preprocessing ");
    }
    if (!stand_for_one_another(shape_, network_input))
        throw Error(dataset.files.front().string() + ": samples are " + to_string(shape_) +
                    (framing.is_needed() && !is_ready ? " after the resize" : "") +
                    " (channels x height x width), but the network takes " + to_string(network_input) + ": " +
                    remedy(shape_, network_input, is_ready));
    if (is_ready) return;
    scale_ = range_.range == InputRange::unit ? 255.0 * preprocessing.scale : preprocessing.scale;
    mean_ = for_channels(preprocessing.mean, 0.0, channels);
    std_ = for_channels(preprocessing.std, 1.0, channels);
}

void Preprocessor::read(std::int64_t sample, std::span<double> input) const {
    SYNCOPATE_ASSERT(std::ssize(input) == shape_.size());
    if (framing_) {
        std::vector<double> raw(to_size(dataset_.shape.size()));
        dataset_.read(sample, raw);
        frame(raw, dataset_.shape, *framing_, dataset_.element == Dataset::Element::byte, input);
    } else {
        dataset_.read(sample, input);
    }
    if (dataset_.element != Dataset::Element::byte) check_finite(input, dataset_, sample);
    const std::size_t area = mean_.empty() ? 0 : input.size() / mean_.size();
    for (std::size_t c = 0; c < mean_.size(); ++c)
        for (double& value : input.subspan(c * area, area)) value = (value * scale_ - mean_[c]) / std_[c];
}

std::vector<double> Preprocessor::sample(std::int64_t sample) const {
    std::vector<double> input(to_size(shape_.size()));
    read(sample, input);
    return input;
}

}  // namespace syncopate
