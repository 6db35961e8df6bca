#pragma once

#include "io/formats/raster/raster_reader.hpp"
#include "io/json/json_events.hpp"

#include <functional>

namespace syncopate {

/// Reads what a raster file says of one layer in one sample: one of `events`, `counts` and `bitset`.
class LayerParser : public JsonEvents {
public:
    /// `where` begins messages: file, sample and layer.
    LayerParser(const RasterHeader& header, std::size_t layer, std::string where, RasterSink& sink);

    void begin_object() override;
    void key(std::string name) override;
    void end_object() override;
    void begin_array() override;
    void end_array() override;
    void scalar(JsonScalar value) override;

    /// Whether the layer's object is closed.
    bool is_complete() const { return state_ == State::complete; }

private:
    enum class State { begin, layer, events, times, ids, amplitudes, counts, bitset, complete };

    [[noreturn]] void fail(const std::string& what) const;
    [[noreturn]] void fail_value(const JsonScalar& value, const std::string& remedy) const;
    std::int32_t integer(const JsonScalar& value, std::int64_t least, std::int64_t most) const;
    void add(std::vector<std::int32_t>& list, std::int32_t value);
    void add_row(const JsonScalar& value);
    void finish_events();

    RasterSink* sink_;
    std::size_t layer_;
    Shape shape_;
    TickRange recorded_;  // global ticks
    std::string where_;
    bool is_wanted_;
    State state_ = State::begin;
    std::string key_;
    std::string encoding_;       // the one found
    std::int64_t position_ = 0;  // in the open list
    std::int32_t last_time_ = -1;
    std::int64_t lengths_[3] = {-1, -1, -1};  // of times, ids, amplitudes
    SpikeTrain train_;
    std::vector<std::int32_t> counts_;
};

/// Puts the spikes of each tick in the order (y, x, channel), which files of others may not have.
/// Returns the position of a spike that is there twice, or −1.
std::int64_t sort_within_ticks(SpikeTrain& train, const Shape& shape);

}  // namespace syncopate
