#include "io/plot/picture_selection.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "core/split.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace syncopate {

namespace {

bool holds(const std::vector<NumberRange>& ranges, std::int64_t number) {
    if (ranges.empty()) return true;
    return std::ranges::any_of(ranges, [&](const NumberRange& r) { return r.first <= number && number < r.end; });
}

}  // namespace

std::vector<NumberRange> parse_number_ranges(std::string_view text, std::string_view option) {
    const auto fail = [&](std::string_view part) {
        throw UsageError(std::string(option) + " " + std::string(text) + ": \"" + std::string(part) +
                         "\", must be numbers and ranges without their end, as 0:64,100,200:300");
    };
    const auto number = [&](std::string_view digits, std::string_view part) {
        std::int64_t value = -1;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error != std::errc{} || end != digits.data() + digits.size() || value < 0) fail(part);
        return value;
    };
    std::vector<NumberRange> ranges;
    for (const std::string_view part : split(text, ',')) {
        const std::size_t colon = part.find(':');
        const std::int64_t first = number(part.substr(0, colon), part);
        if (first == std::numeric_limits<std::int64_t>::max()) fail(part);
        const std::int64_t end = colon == std::string_view::npos ? first + 1 : number(part.substr(colon + 1), part);
        if (end <= first) fail(part);
        ranges.push_back({first, end});
    }
    return ranges;
}

ChosenNeurons::ChosenNeurons(const Shape& shape, const PictureSelection& selection, const std::string& where)
    : ticks_(selection.ticks), count_(shape.size()), last_(shape.size() - 1) {
    if (!selection.chooses_neurons()) return;
    row_of_.assign(to_size(shape.size()), -1);
    count_ = 0;
    for (std::int64_t i = 0; i < shape.size(); ++i) {
        if (!holds(selection.neurons, i) || !holds(selection.channels, i / shape.area())) continue;
        if (count_ == 0) first_ = i;
        last_ = i;
        row_of_[to_size(i)] = static_cast<std::int32_t>(count_++);
    }
    if (count_ == 0)
        throw Error(where + ": has none of the chosen neurons: it has " + std::to_string(shape.size()) + " in " +
                    std::to_string(shape.channels) + (shape.channels == 1 ? " channel" : " channels") +
                    "; choose others with --neurons and --channels, or other layers with --layers");
}

SpikeTrain ChosenNeurons::of(const SpikeTrain& spikes) const {
    if (row_of_.empty() && !ticks_) return spikes;
    SpikeTrain chosen;
    for (std::size_t s = 0; s < spikes.times.size(); ++s) {
        const std::int64_t tick = spikes.times[s];
        if (ticks_ && (tick < ticks_->first || tick >= ticks_->end)) continue;
        const std::int32_t row = row_of_.empty() ? spikes.ids[s] : row_of_[to_size(spikes.ids[s])];
        if (row < 0) continue;
        chosen.times.push_back(spikes.times[s]);
        chosen.ids.push_back(row);
        if (!spikes.amplitudes.empty()) chosen.amplitudes.push_back(spikes.amplitudes[s]);
    }
    return chosen;
}

}  // namespace syncopate
