#include "io/formats/raster/layer_parser.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "io/formats/raster/bitset_row.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace syncopate {

namespace {

constexpr std::size_t most_spikes = std::size_t{1} << 27;
constexpr std::size_t batch = 1 << 16;  // spikes of silent or sparse bitset rows that are handed on together

std::int64_t place(std::int32_t id, const Shape& shape) {
    return id % shape.area() * shape.channels + id / shape.area();
}

}  // namespace

std::int64_t sort_within_ticks(SpikeTrain& train, const Shape& shape) {
    const std::size_t count = train.times.size();
    const bool has_amplitudes = !train.amplitudes.empty();
    std::vector<std::pair<std::int64_t, std::size_t>> order;  // (place, position): computed once, compared often
    SpikeTrain sorted;
    for (std::size_t begin = 0; begin < count;) {
        order.clear();
        std::size_t end = begin;
        for (; end < count && train.times[end] == train.times[begin]; ++end)
            order.emplace_back(place(train.ids[end], shape), end);
        if (!std::ranges::is_sorted(order, std::ranges::less{})) std::ranges::sort(order);
        sorted.clear();
        for (const auto& [at, s] : order) {
            if (!sorted.ids.empty() && sorted.ids.back() == train.ids[s]) return static_cast<std::int64_t>(s);
            sorted.ids.push_back(train.ids[s]);
            if (has_amplitudes) sorted.amplitudes.push_back(train.amplitudes[s]);
        }
        std::ranges::copy(sorted.ids, train.ids.begin() + static_cast<std::ptrdiff_t>(begin));
        if (has_amplitudes)
            std::ranges::copy(sorted.amplitudes, train.amplitudes.begin() + static_cast<std::ptrdiff_t>(begin));
        begin = end;
    }
    return -1;
}

LayerParser::LayerParser(const RasterHeader& header, std::size_t layer, std::string where, RasterSink& sink)
    : sink_(&sink),
      layer_(layer),
      shape_(header.layers[layer].shape),
      recorded_{header.layers[layer].offset + header.recorded().begin,
                header.layers[layer].offset + header.recorded().end},
      where_(std::move(where)),
      is_wanted_(sink.wants(layer)) {}

void LayerParser::fail(const std::string& what) const {
    const bool in_list = state_ >= State::times && state_ <= State::bitset;
    const bool in_events = state_ >= State::events && state_ <= State::amplitudes;
    throw Error(where_ + (in_events ? ".events" : "") +
                (in_list ? "." + key_ + "[" + std::to_string(position_) + "]" : "") + ": " + what);
}

void LayerParser::fail_value(const JsonScalar& value, const std::string& remedy) const {
    fail(to_string(value) + ", " + remedy);
}

std::int32_t LayerParser::integer(const JsonScalar& value, std::int64_t least, std::int64_t most) const {
    const auto* number = std::get_if<std::int64_t>(&value);
    if (number == nullptr || *number < least || *number > most) {
        fail_value(value, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    }
    return static_cast<std::int32_t>(*number);
}

void LayerParser::begin_object() {
    if (state_ == State::begin) {
        state_ = State::layer;
    } else if (state_ == State::layer && key_ == "events") {
        state_ = State::events;
    } else {
        fail("an object is not possible here");
    }
}

void LayerParser::key(std::string name) {
    key_ = std::move(name);
    if (state_ == State::layer) {
        if (key_ != "events" && key_ != "counts" && key_ != "bitset") {
            fail(to_string(JsonScalar(key_)) + " is not known here; possible: \"events\", \"counts\", \"bitset\"");
        }
        if (!encoding_.empty()) fail("has both \"" + encoding_ + "\" and \"" + key_ + "\"; one is possible");
        encoding_ = key_;
        return;
    }
    const bool is_known = key_ == "times" || key_ == "ids" || key_ == "amplitudes";
    if (!is_known) fail(to_string(JsonScalar(key_)) + R"( is not known here; possible: "times", "ids", "amplitudes")");
    if (lengths_[key_ == "times" ? 0 : key_ == "ids" ? 1 : 2] >= 0) fail("\"" + key_ + "\" is given twice");
}

void LayerParser::begin_array() {
    position_ = 0;
    if (state_ == State::layer && key_ == "counts") {
        state_ = State::counts;
    } else if (state_ == State::layer && key_ == "bitset") {
        state_ = State::bitset;
    } else if (state_ == State::events) {
        state_ = key_ == "times" ? State::times : key_ == "ids" ? State::ids : State::amplitudes;
    } else {
        fail("a list is not possible here");
    }
}

void LayerParser::add(std::vector<std::int32_t>& list, std::int32_t value) {
    if (!is_wanted_) return;
    if (list.size() >= most_spikes)
        fail("more than 2^27 values in one layer of one sample; record it as \"bitset\" or select ticks");
    list.push_back(value);
}

void LayerParser::scalar(JsonScalar value) {
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    switch (state_) {
        case State::times: {
            const std::int32_t time = integer(value, recorded_.begin, recorded_.end - 1);
            if (time < last_time_)
                fail_value(value, "comes after " + std::to_string(last_time_) + "; times must not decrease");
            last_time_ = time;
            add(train_.times, time);
            break;
        }
        case State::ids:
            add(train_.ids, integer(value, 0, shape_.size() - 1));
            break;
        case State::amplitudes: {
            const std::int32_t amplitude = integer(value, -most, most);
            if (amplitude == 0) fail_value(value, "must not be 0; a neuron without a spike is not listed");
            add(train_.amplitudes, amplitude);
            break;
        }
        case State::counts: {
            if (position_ >= shape_.size()) fail("too many counts for " + std::to_string(shape_.size()) + " neurons");
            add(counts_, integer(value, 0, recorded_.end - recorded_.begin));
            break;
        }
        case State::bitset:
            add_row(value);
            break;
        case State::begin:
        case State::layer:
        case State::events:
        case State::complete:
            fail_value(value, "must be an object or a list");
    }
    ++position_;
}

void LayerParser::add_row(const JsonScalar& value) {
    const std::int64_t ticks = recorded_.end - recorded_.begin;
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) fail_value(value, "must be a text, base64 or empty");
    if (position_ >= ticks) fail("too many rows for " + std::to_string(ticks) + " ticks");
    if (text->empty()) return;
    std::vector<unsigned char> row;
    try {
        row = row_from_base64(*text, shape_.size());
    } catch (const Error& error) {
        fail(error.what());
    }
    if (!is_wanted_) return;
    SpikeTrain spikes;
    for (std::size_t byte = 0; byte < row.size(); ++byte) {
        for (unsigned bits = row[byte], bit = 0; bits != 0; bits >>= 1, ++bit) {
            if ((bits & 1) == 0) continue;
            spikes.times.push_back(recorded_.begin + static_cast<std::int32_t>(position_));
            spikes.ids.push_back(static_cast<std::int32_t>(8 * byte + bit));
        }
    }
    sort_within_ticks(spikes, shape_);
    train_.times.insert(train_.times.end(), spikes.times.begin(), spikes.times.end());
    train_.ids.insert(train_.ids.end(), spikes.ids.begin(), spikes.ids.end());
    if (train_.times.size() < batch) return;
    sink_->spikes(layer_, train_);
    train_.clear();
}

void LayerParser::end_array() {
    switch (state_) {
        case State::times:
            lengths_[0] = position_;
            break;
        case State::ids:
            lengths_[1] = position_;
            break;
        case State::amplitudes:
            lengths_[2] = position_;
            break;
        case State::begin:
        case State::layer:
        case State::events:
        case State::counts:
        case State::bitset:
        case State::complete:
            break;
    }
    if (state_ == State::times || state_ == State::ids || state_ == State::amplitudes) {
        state_ = State::events;
        return;
    }
    const State finished = std::exchange(state_, State::layer);
    if (finished == State::counts && position_ != shape_.size()) {
        fail("counts: " + std::to_string(position_) + " values for " + std::to_string(shape_.size()) + " neurons");
    }
    const std::int64_t ticks = recorded_.end - recorded_.begin;
    if (finished == State::bitset && position_ != ticks) {
        fail("bitset: " + std::to_string(position_) + " rows for " + std::to_string(ticks) + " ticks");
    }
    if (!is_wanted_) return;
    if (finished == State::counts) sink_->counts(layer_, counts_);
    if (finished == State::bitset && !train_.times.empty()) sink_->spikes(layer_, train_);
}

void LayerParser::end_object() {
    if (state_ == State::events) {
        finish_events();
        state_ = State::layer;
        return;
    }
    if (encoding_.empty()) fail("one of \"events\", \"counts\" and \"bitset\" is missing");
    state_ = State::complete;
}

void LayerParser::finish_events() {
    if (lengths_[0] < 0 || lengths_[1] < 0) fail("\"times\" and \"ids\" are both needed");
    if (lengths_[0] != lengths_[1] || (lengths_[2] >= 0 && lengths_[2] != lengths_[0])) {
        fail(std::to_string(lengths_[0]) + " times, " + std::to_string(lengths_[1]) + " ids" +
             (lengths_[2] < 0 ? "" : " and " + std::to_string(lengths_[2]) + " amplitudes") + " must be equally many");
    }
    if (!is_wanted_) return;
    if (const std::int64_t twice = sort_within_ticks(train_, shape_); twice >= 0) {
        const auto s = to_size(twice);
        fail("neuron " + std::to_string(train_.ids[s]) + " has two spikes at tick " + std::to_string(train_.times[s]));
    }
    if (!train_.times.empty()) sink_->spikes(layer_, train_);
}

}  // namespace syncopate
