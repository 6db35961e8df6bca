#include "io/formats/data/input_range.hpp"

#include "core/error.hpp"
#include "core/index.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <span>
#include <vector>

namespace syncopate {

namespace {

constexpr double largest_pixel = 255.0;
constexpr double least_maximum_of_pixels = 64.0;  // a whole data set of pixels is brighter somewhere
constexpr double slack = 1e-6;                    // of float32 arithmetic, relative

std::string short_number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value);
    return text;
}

std::string interval(double low, double high) { return "[" + short_number(low) + ", " + short_number(high) + "]"; }

std::string place_of(const DatasetExtremes::Value& value) {
    return "value " + std::to_string(value.position) + " of sample " + std::to_string(value.sample);
}

bool lies_within(const DatasetExtremes& extremes, double largest) {
    return extremes.least.value >= -slack * largest && extremes.most.value <= largest * (1.0 + slack);
}

double value_of(const std::vector<double>& values, std::size_t channel, double otherwise) {
    return values.empty() ? otherwise : values[std::min(channel, values.size() - 1)];
}

/// What preprocessing makes of pixels, over all channels.
struct Normalised {
    double low = 0.0;
    double high = 0.0;
    bool keeps_unit = true;  // values 0 … 1 come out as they went in
    bool keeps_byte = true;  // pixels do
};

Normalised normalised(const Preprocessing& preprocessing) {
    Normalised result;
    const auto is_near = [](double a, double b) { return std::abs(a - b) <= 1e-12 * std::max(1.0, std::abs(b)); };
    for (std::size_t c = 0; c < std::max<std::size_t>({1, preprocessing.mean.size(), preprocessing.std.size()}); ++c) {
        const double mean = value_of(preprocessing.mean, c, 0.0);
        const double std = value_of(preprocessing.std, c, 1.0);
        const double black = (0.0 - mean) / std;
        const double white = (largest_pixel * preprocessing.scale - mean) / std;
        result.low = c == 0 ? black : std::min(result.low, black);
        result.high = c == 0 ? white : std::max(result.high, white);
        result.keeps_unit = result.keeps_unit && is_near(black, 0.0) && is_near(white, 1.0);
        result.keeps_byte = result.keeps_byte && is_near(black, 0.0) && is_near(white, largest_pixel);
    }
    return result;
}

/// Whether data without negative values could be pixels that were normalised already: they fit, and begin and end
/// about where these would.
bool may_be_ready(const DatasetExtremes& extremes, const Normalised& to) {
    const double span = to.high - to.low;
    const bool fits = extremes.least.value >= to.low - span / 16 && extremes.most.value <= to.high + span / 16;
    const bool begins_and_ends = extremes.least.value <= to.low + span / 8 && extremes.most.value >= to.high - span / 2;
    return fits && (to.low >= 0.0 || begins_and_ends);
}

void require_within(const Dataset& dataset, const DatasetExtremes& extremes, InputRange stated, double largest) {
    if (lies_within(extremes, largest)) return;
    const auto& bad = extremes.least.value < 0.0 ? extremes.least : extremes.most;
    throw Error(dataset.files.front().string() + ": " + place_of(bad) + " is " + short_number(bad.value) +
                ", which --input-range " + to_string(stated) + " does not have; state the range that the data have");
}

class Judge {
public:
    Judge(const Dataset& dataset, const Preprocessing& preprocessing)
        : dataset_(dataset),
          preprocessing_(preprocessing),
          to_(normalised(preprocessing)),
          extremes_(extremes_of(dataset)) {}

    RangeDecision stated_as(InputRange range) const {
        if (range == InputRange::unit) require_within(dataset_, extremes_, range, 1.0);
        if (range == InputRange::byte) require_within(dataset_, extremes_, range, largest_pixel);
        return {range};
    }

    RangeDecision of_bytes() const {
        if (extremes_.most.value != 1.0) return {InputRange::byte};
        fail("pixels that are nearly black (0:255), or values 0 and 1 (0:1)", "0:1|0:255|ready");
    }

    RangeDecision of_numbers() const {
        const double least = extremes_.least.value, most = extremes_.most.value;
        if (!lies_within(extremes_, largest_pixel)) {
            if (may_overshoot() && !is_calibrated_as(InputRange::ready))
                fail("pixels that overshoot their range (clip them first), or the network's input as it is (ready)",
                     "ready");
            return {InputRange::ready, note("look ready for the network and are taken as they are, not normalised")};
        }
        if (lies_within(extremes_, 1.0)) return of_unit();
        if (to_.keeps_byte) return {InputRange::byte};
        if (!preprocessing_.stated && most < least_maximum_of_pixels)
            return {InputRange::ready, note("are taken as they are: no preprocessing is stated")};
        const bool may_be_ready_too = !preprocessing_.stated || may_be_ready(extremes_, to_);
        const bool may_be_pixels = most >= least_maximum_of_pixels && least < most;
        if (may_be_pixels && !may_be_ready_too)
            return {InputRange::byte,
                    note("are taken for pixels 0 to 255: scaled and normalised as the network states")};
        if (is_calibrated_as(InputRange::ready)) return as_calibrated();
        fail("pixels (0:255), or the network's input as it is (ready)", "0:255|ready");
    }

private:
    RangeDecision of_unit() const {
        if (to_.keeps_unit) return {InputRange::unit};
        if (to_.keeps_byte && !is_calibrated_as(InputRange::byte) && !is_calibrated_as(InputRange::unit))
            return {InputRange::ready, note("are taken as they are: the network's preprocessing changes nothing")};
        const bool is_constant = extremes_.least.value == extremes_.most.value;
        if (is_constant || may_be_ready(extremes_, to_)) {
            if (is_calibrated_as(InputRange::unit) || is_calibrated_as(InputRange::ready)) return as_calibrated();
            fail("pixels over 255 (0:1), or the network's input as it is (ready)", "0:1|ready");
        }
        return {InputRange::unit, note("are taken for pixels over 255: normalised as the network states")};
    }

    /// Whether the values could be pixels, over 255 or not, that interpolation took a little beyond their range, and do
    /// not lie where normalised ones would.
    bool may_overshoot() const {
        if (!preprocessing_.stated || to_.keeps_byte) return false;
        const double least = extremes_.least.value, most = extremes_.most.value;
        const auto is_near = [&](double largest) {
            return least > -0.1 * largest && most < 1.1 * largest && most > 0.5 * largest;
        };
        const double span = to_.high - to_.low;
        const bool is_as_normalised = least <= to_.low + span / 8 && most <= to_.high + span;
        return (is_near(1.0) || is_near(largest_pixel)) && !is_as_normalised;
    }

    bool is_calibrated_as(InputRange range) const { return preprocessing_.calibrated_range == range; }
    RangeDecision as_calibrated() const {
        const InputRange range = *preprocessing_.calibrated_range;
        return {range, note("are taken for " + to_string(range) + ", as those that the network was calibrated on")};
    }

    std::string found() const { return interval(extremes_.least.value, extremes_.most.value); }

    std::string note(const std::string& what) const {
        return dataset_.files.front().string() + ": the values, in " + found() + ", " + what +
               " (--input-range states another)";
    }

    [[noreturn]] void fail(const std::string& readings, const std::string& remedy) const {
        throw Error(dataset_.files.front().string() + ": the values, in " + found() + ", may be " + readings +
                    "; the network's preprocessing " +
                    (preprocessing_.stated ? "turns pixels into " + interval(to_.low, to_.high) : "is not stated") +
                    ": say which with --input-range " + remedy);
    }

    const Dataset& dataset_;
    const Preprocessing& preprocessing_;
    Normalised to_;
    DatasetExtremes extremes_;
};

}  // namespace

std::string to_string(InputRange range) {
    return range == InputRange::unit ? "0:1" : range == InputRange::byte ? "0:255" : "ready";
}

InputRange parse_input_range(const std::string& text) {
    for (const InputRange range : {InputRange::unit, InputRange::byte, InputRange::ready}) {
        if (text == to_string(range)) return range;
    }
    throw UsageError("--input-range " + text + ": must be 0:1, 0:255 or ready");
}

DatasetExtremes extremes_of(const Dataset& dataset) {
    DatasetExtremes extremes;
    std::vector<double> values(to_size(dataset.shape.size()));
    const bool is_byte = dataset.element == Dataset::Element::byte;
    for (std::int64_t s = 0; s < dataset.count && !(is_byte && extremes.most.value > 1.0); ++s) {
        dataset.read(s, values);
        double least = values.front(), most = values.front();
        bool is_finite = true;
        for (const double value : values) {
            is_finite = is_finite && std::isfinite(value);
            least = std::min(least, value);
            most = std::max(most, value);
        }
        const auto place = [&](double value) {
            const auto found = std::ranges::find(values, value);
            return DatasetExtremes::Value{value, s, found - values.begin()};
        };
        if (!is_finite) {
            const auto bad = std::ranges::find_if_not(values, [](double value) { return std::isfinite(value); });
            throw Error(dataset.files.front().string() + ": value " + std::to_string(bad - values.begin()) +
                        " of sample " + std::to_string(s) + " is " + std::to_string(*bad) +
                        ": an input must be finite");
        }
        if (s == 0 || least < extremes.least.value) extremes.least = place(least);
        if (s == 0 || most > extremes.most.value) extremes.most = place(most);
    }
    return extremes;
}

RangeDecision decide_input_range(const Dataset& dataset, const Preprocessing& preprocessing,
                                 std::optional<InputRange> stated) {
    const bool is_byte = dataset.element == Dataset::Element::byte;
    if (stated == InputRange::ready || (is_byte && stated == InputRange::byte)) return {*stated};
    const Judge judge(dataset, preprocessing);
    if (stated) return judge.stated_as(*stated);
    return is_byte ? judge.of_bytes() : judge.of_numbers();
}

}  // namespace syncopate
