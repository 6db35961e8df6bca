#include "io/data/preprocess.hpp"

#include "core/error.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace syncopate {

namespace {

/// Two neighbours and the weight of the second, for one output position along one axis.
struct Tap {
    std::size_t first = 0, second = 0;
    double weight = 0.0;
};

Tap tap_at(std::int32_t out, std::int32_t from, std::int32_t to) {
    const double centre = std::max(0.0, (out + 0.5) * from / to - 0.5);
    const auto first = std::min(static_cast<std::int32_t>(centre), from - 1);
    return {static_cast<std::size_t>(first), static_cast<std::size_t>(std::min(first + 1, from - 1)), centre - first};
}

std::optional<std::int64_t> parse_integer(const std::string& text, const std::string& whole) {
    if (text.empty()) return std::nullopt;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        throw UsageError("samples \"" + whole + "\": \"" + text +
                         "\" is no whole number; expected begin:end or begin:end:step, as in 0:1000");
    return value;
}

}  // namespace

std::vector<double> resize_bilinear(const std::vector<double>& image, const Shape& from, const Shape& to) {
    std::vector<double> resized;
    resized.reserve(static_cast<std::size_t>(to.size()));
    const auto width = static_cast<std::size_t>(from.width);
    for (std::int32_t c = 0; c < to.channels; ++c) {
        const double* const plane = image.data() + c * from.area();
        for (std::int32_t y = 0; y < to.height; ++y) {
            const Tap row = tap_at(y, from.height, to.height);
            for (std::int32_t x = 0; x < to.width; ++x) {
                const Tap column = tap_at(x, from.width, to.width);
                const auto along = [&](std::size_t r) {
                    return (1.0 - column.weight) * plane[r * width + column.first] +
                           column.weight * plane[r * width + column.second];
                };
                resized.push_back((1.0 - row.weight) * along(row.first) + row.weight * along(row.second));
            }
        }
    }
    return resized;
}

Preprocessor::Preprocessor(const Dataset& dataset, const Preprocessing& preprocessing, const Shape& input)
    : dataset_(dataset), preprocessing_(preprocessing), input_(input) {
    Shape shape = dataset.shape;
    if (preprocessing.resize) shape = {shape.channels, preprocessing.resize->height, preprocessing.resize->width};
    if (shape.size() == input.size() && (shape == input || shape.area() == 1 || input.area() == 1)) return;
    throw Error(dataset.files.front().string() + ": samples are " + to_string(dataset.shape) +
                (preprocessing.resize ? ", resized to " + to_string(shape) : "") + ", but the network takes " +
                to_string(input) + "; use matching data, or convert with --resize " + std::to_string(input.height) +
                "x" + std::to_string(input.width));
}

std::vector<double> Preprocessor::sample(std::int64_t index) const {
    std::vector<double> values(static_cast<std::size_t>(dataset_.shape.size()));
    dataset_.read(index, values);
    if (preprocessing_.resize) {
        const Shape to{dataset_.shape.channels, preprocessing_.resize->height, preprocessing_.resize->width};
        if (to != dataset_.shape) values = resize_bilinear(values, dataset_.shape, to);
    }
    if (dataset_.element != Dataset::Element::byte) return values;
    const std::size_t per_channel = values.size() / static_cast<std::size_t>(input_.channels);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t c = i / per_channel;
        const double mean = preprocessing_.mean.empty() ? 0.0 : preprocessing_.mean[c];
        const double deviation = preprocessing_.std.empty() ? 1.0 : preprocessing_.std[c];
        values[i] = (values[i] * preprocessing_.scale - mean) / deviation;
    }
    return values;
}

std::vector<std::int64_t> parse_sample_range(const std::string& text, std::int64_t count) {
    std::vector<std::string> parts;
    std::size_t from = 0;
    for (std::size_t colon = text.find(':'); colon != std::string::npos; colon = text.find(':', from)) {
        parts.push_back(text.substr(from, colon - from));
        from = colon + 1;
    }
    parts.push_back(text.substr(from));
    if (text.empty()) parts = {"", ""};
    if (parts.size() == 1) {
        const std::int64_t only = *parse_integer(parts[0], text);
        parts = {std::to_string(only), only == -1 ? "" : std::to_string(only + 1)};
    }
    if (parts.size() > 3)
        throw UsageError("samples \"" + text + "\": expected begin:end or begin:end:step, as in 0:1000");
    const std::int64_t step = parts.size() == 3 ? parse_integer(parts[2], text).value_or(1) : 1;
    if (step < 1)
        throw UsageError("samples \"" + text + "\": the step is " + std::to_string(step) + ", must be at least 1");
    const auto place = [&](const std::string& part, std::int64_t otherwise) {
        const std::int64_t value = parse_integer(part, text).value_or(otherwise);
        return value < 0 ? value + count : value;
    };
    const std::int64_t begin = place(parts[0], 0);
    const std::int64_t end = place(parts[1], count);
    if (begin < 0 || end > count || begin >= end) {
        throw UsageError("samples \"" + text + "\": the data set has samples 0 to " + std::to_string(count - 1) +
                         ", and the range must hold one at least");
    }
    std::vector<std::int64_t> samples;
    for (std::int64_t i = begin; i < end; i += step) samples.push_back(i);
    return samples;
}

}  // namespace syncopate
