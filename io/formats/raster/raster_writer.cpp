#include "io/formats/raster/raster_writer.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "io/files/new_file.hpp"
#include "io/formats/raster/bitset_row.hpp"
#include "io/formats/raster/text_spool.hpp"
#include "io/json/json_events.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace syncopate {

namespace {

/// Collects the spikes of one layer in one sample as the text that will be written.
class LayerText {
public:
    LayerText(const RasterLayer& layer, const RasterHeader& header, RasterEncoding encoding, SpoolFile& spool)
        : layer_(&layer),
          window_{layer.offset, layer.offset + header.run.T},
          recorded_{layer.offset + header.recorded().begin, layer.offset + header.recorded().end},
          encoding_(encoding),
          times_(spool),
          ids_(spool),
          amplitudes_(spool) {
        clear();
    }

    void clear() {
        times_.clear();
        ids_.clear();
        amplitudes_.clear();
        count_ = 0;
        last_time_ = -1;
        has_amplitudes_ = false;
        row_tick_ = recorded_.begin;
        if (encoding_ == RasterEncoding::counts) counts_.assign(to_size(layer_->shape.size()), 0);
        if (encoding_ == RasterEncoding::bitset) row_.assign(row_bytes(layer_->shape.size()), 0);
    }

    void append(const SpikeTrain& spikes, const std::string& file) {
        const std::string where = file + ": layer " + to_string(JsonScalar(layer_->name));
        if (spikes.ids.size() != spikes.times.size() ||
            (!spikes.amplitudes.empty() && spikes.amplitudes.size() != spikes.times.size())) {
            throw Error(where + ": " + std::to_string(spikes.times.size()) + " times, " +
                        std::to_string(spikes.ids.size()) + " ids and " + std::to_string(spikes.amplitudes.size()) +
                        " amplitudes must be equally many");
        }
        for (std::size_t s = 0; s < spikes.times.size(); ++s) {
            check(spikes.times[s], spikes.ids[s], where);
            if (spikes.times[s] < recorded_.begin || spikes.times[s] >= recorded_.end) continue;
            add(spikes.times[s], spikes.ids[s], spikes.amplitudes.empty() ? 1 : spikes.amplitudes[s], where);
        }
    }

    /// Characters so far.
    std::uint64_t size() const { return times_.size() + ids_.size() + amplitudes_.size(); }

    /// The least that the finished layer will take, known before its first spike.
    std::uint64_t least_size() const {
        if (encoding_ == RasterEncoding::counts) return 2 * counts_.size();
        return encoding_ == RasterEncoding::bitset ? 3 * static_cast<std::uint64_t>(recorded_.end - recorded_.begin)
                                                   : 0;
    }

    /// Completes the text of the open sample.
    void end() {
        if (encoding_ == RasterEncoding::bitset) finish_rows(recorded_.end);
        for (std::size_t n = 0; n < counts_.size(); ++n) {
            if (n > 0) ids_.append(",");
            ids_.append(counts_[n]);
        }
    }

    void write(std::ostream& out) const {
        out << json_quoted(layer_->name);
        if (encoding_ == RasterEncoding::counts) out << ": {\"counts\": [";
        if (encoding_ == RasterEncoding::bitset) out << ": {\"bitset\": [";
        if (encoding_ == RasterEncoding::events) {
            out << ": {\"events\": {\"times\": [";
            times_.copy_to(out);
            out << "], \"ids\": [";
        }
        ids_.copy_to(out);
        if (has_amplitudes_) {
            out << "], \"amplitudes\": [";
            amplitudes_.copy_to(out);
        }
        out << (encoding_ == RasterEncoding::events ? "]}}" : "]}");
    }

private:
    void check(std::int32_t time, std::int32_t id, const std::string& where) {
        const Shape& shape = layer_->shape;
        const auto fail = [&](const std::string& what) {
            throw Error(where + ": spike (tick " + std::to_string(time) + ", neuron " + std::to_string(id) + ") " +
                        what);
        };
        if (id < 0 || id >= shape.size())
            fail("is of no neuron; the layer has 0 to " + std::to_string(shape.size() - 1));
        if (time < window_.begin || time >= window_.end) {
            fail("is outside the layer's window, ticks " + std::to_string(window_.begin) + " to " +
                 std::to_string(window_.end - 1));
        }
        const std::int64_t place =
            id % shape.area() * shape.channels + id / shape.area();  // in the order (y, x, channel)
        if (time < last_time_ || (time == last_time_ && place <= last_place_)) {
            fail("comes too late; spikes are ordered by (time, y, x, channel), each neuron once a tick");
        }
        last_time_ = time;
        last_place_ = place;
    }

    void add(std::int32_t time, std::int32_t id, std::int32_t amplitude, const std::string& where) {
        const auto n = to_size(id);
        if (encoding_ == RasterEncoding::counts) {
            ++counts_[n];
        } else if (encoding_ == RasterEncoding::bitset) {
            if (amplitude != 1)
                throw Error(where + ": a spike has amplitude " + std::to_string(amplitude) +
                            ", which a bitset cannot hold; use events");
            finish_rows(time);
            row_[n / 8] = static_cast<unsigned char>(row_[n / 8] | 1u << (n % 8));
            is_row_silent_ = false;
        } else {
            add_event(time, id, amplitude);
        }
        ++count_;
    }

    void add_event(std::int32_t time, std::int32_t id, std::int32_t amplitude) {
        if (count_ > 0) times_.append(",");
        times_.append(time);
        if (count_ > 0) ids_.append(",");
        ids_.append(id);
        if (amplitude != 1 && !has_amplitudes_) {
            has_amplitudes_ = true;
            for (std::uint64_t s = 0; s < count_; ++s) amplitudes_.append(s == 0 ? "1" : ",1");
        }
        if (!has_amplitudes_) return;
        if (count_ > 0) amplitudes_.append(",");
        amplitudes_.append(amplitude);
    }

    /// Writes the rows before `tick`.
    void finish_rows(std::int32_t tick) {
        for (; row_tick_ < tick; ++row_tick_) {
            if (row_tick_ > recorded_.begin) ids_.append(",");
            ids_.append("\"");
            if (!is_row_silent_) {
                ids_.append(base64(row_));
                std::ranges::fill(row_, static_cast<unsigned char>(0));
                is_row_silent_ = true;
            }
            ids_.append("\"");
        }
    }

    const RasterLayer* layer_;
    TickRange window_;    // global ticks
    TickRange recorded_;  // global ticks
    RasterEncoding encoding_;
    TextSpool times_;
    TextSpool ids_;  // or counts, or rows
    TextSpool amplitudes_;
    std::uint64_t count_ = 0;
    std::int32_t last_time_ = -1;
    std::int64_t last_place_ = 0;
    bool has_amplitudes_ = false;
    std::vector<std::int32_t> counts_;
    std::vector<unsigned char> row_;
    std::int32_t row_tick_ = 0;
    bool is_row_silent_ = true;
};

std::string number_or_null(const std::optional<std::int32_t>& number) {
    return number ? std::to_string(*number) : "null";
}

}  // namespace

struct RasterWriter::State {
    State(std::filesystem::path path, RasterHeader raster_header, RasterOptions raster_options)
        : name(path.string()), header(std::move(raster_header)), options(raster_options), file(path), spool(path) {}

    std::string name;
    RasterHeader header;
    RasterOptions options;
    NewFile file;
    SpoolFile spool;
    std::vector<LayerText> layers;
    std::uint64_t written = 0;  // bytes of finished samples and header
    std::streamoff flag = 0;    // where the value of "truncated" stands
    std::int64_t samples = 0;
    bool is_sample_open = false;
    bool is_truncated = false;

    std::uint64_t open_size() const {
        std::uint64_t size = 0;
        for (const LayerText& layer : layers) size += std::max(layer.size(), layer.least_size());
        return size;
    }
    void clear_sample() {
        for (LayerText& layer : layers) layer.clear();
        spool.clear();
        is_sample_open = false;
    }
    void check_stream() {
        if (!file.stream()) throw Error(name + ": could not be written; is the disk full?");
    }
};

RasterWriter::RasterWriter(std::filesystem::path path, RasterHeader header, RasterOptions options) {
    validate(header, path.string());
    const std::string text = header_text(header) + ",\n\"samples\": [";
    state_ = std::make_unique<State>(std::move(path), std::move(header), options);
    for (const RasterLayer& layer : state_->header.layers) {
        state_->layers.emplace_back(layer, state_->header, options.encoding, state_->spool);
    }
    state_->flag =
        static_cast<std::streamoff>(text.find("\"truncated\": false") + std::string_view("\"truncated\": ").size());
    state_->file.stream() << text;
    state_->written = text.size();
}

RasterWriter::~RasterWriter() = default;

bool RasterWriter::truncated() const { return state_->is_truncated; }

void RasterWriter::begin_sample() {
    if (state_->is_sample_open) throw Error(state_->name + ": a sample begins before the last one ended");
    state_->is_sample_open = true;
}

void RasterWriter::append(std::size_t layer, const SpikeTrain& spikes) {
    State& state = *state_;
    if (!state.is_sample_open || layer >= state.layers.size()) {
        throw Error(state.name + ": spikes without a sample, or of layer " + std::to_string(layer) + " of " +
                    std::to_string(state.layers.size()));
    }
    if (state.is_truncated) return;
    state.layers[layer].append(spikes, state.name);
    if (state.written + state.open_size() <= state.options.size_limit) return;
    state.is_truncated = true;
    for (LayerText& text : state.layers) text.clear();
    state.spool.clear();
}

void RasterWriter::end_sample(const RasterSampleInfo& info) {
    State& state = *state_;
    if (!state.is_sample_open) throw Error(state.name + ": a sample ends that did not begin");
    if (info.index < 0)
        throw Error(state.name + ": sample index " + std::to_string(info.index) + ", must not be negative");
    std::string head = (state.samples == 0 ? "\n{\"index\": " : ",\n{\"index\": ") + std::to_string(info.index) +
                       ", \"label\": " + number_or_null(info.label) +
                       ", \"prediction\": " + number_or_null(info.prediction) + ", \"layers\": {";
    std::uint64_t size = head.size() + 4;
    for (const RasterLayer& layer : state.header.layers) size += layer.name.size() + 64;
    state.is_truncated = state.is_truncated || state.written + size + state.open_size() > state.options.size_limit;
    if (!state.is_truncated) {
        for (LayerText& layer : state.layers) layer.end();
        state.is_truncated = state.written + size + state.open_size() > state.options.size_limit;
    }
    if (!state.is_truncated) {
        std::ostream& out = state.file.stream();
        out << head;
        for (std::size_t l = 0; l < state.layers.size(); ++l) {
            out << (l == 0 ? "\n  " : ",\n  ");
            state.layers[l].write(out);
        }
        out << "}}";
        state.check_stream();
        state.written += size + state.open_size();
        ++state.samples;
    }
    state.clear_sample();
}

void RasterWriter::finish() {
    State& state = *state_;
    if (state.is_sample_open) throw Error(state.name + ": the last sample did not end");
    std::fstream& out = state.file.stream();
    out << (state.samples == 0 ? "]}\n" : "\n]}\n");
    if (state.is_truncated || state.header.truncated) {
        out.seekp(state.flag);
        out << "true ";  // as long as "false"
    }
    state.check_stream();
    state.file.keep();
}

}  // namespace syncopate
