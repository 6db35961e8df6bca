#include "io/formats/raster/raster_reader.hpp"

#include "core/error.hpp"
#include "io/formats/raster/layer_parser.hpp"
#include "io/json/json_value.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <map>
#include <set>
#include <utility>

namespace syncopate {

namespace {

constexpr std::array<std::string_view, 11> header_keys = {"format", "truncated", "version", "network", "rule",  "T",
                                                          "ticks",  "unit",      "seed",    "edits",   "layers"};

/// Follows the events of a raster file. The header's members may stand before or after "samples": if one of them comes
/// after, the samples are passed over and the file is read a second time with the header known.
class RasterParser : public JsonEvents {
public:
    RasterParser(std::string file, RasterSink& sink, const RasterHeader* known) : file_(std::move(file)), sink_(sink) {
        members_.kind = JsonValue::Kind::object;
        if (known != nullptr) learn(*known);
    }

    void begin_object() override {
        switch (state_) {
            case State::begin:
                state_ = State::root;
                break;
            case State::root:
                begin_member().begin_object();
                break;
            case State::member:
                member_->begin_object();
                break;
            case State::skipped:
                ++depth_;
                break;
            case State::samples:
                begin_sample();
                break;
            case State::sample:
                begin_layers();
                break;
            case State::layers:
                begin_layer().begin_object();
                break;
            case State::layer:
                layer_->begin_object();
                break;
        }
    }

    void key(std::string name) override {
        switch (state_) {
            case State::root:
                check_root_key(name);
                key_ = std::move(name);
                break;
            case State::member:
                member_->key(std::move(name));
                break;
            case State::sample:
                check_sample_key(name);
                key_ = std::move(name);
                break;
            case State::layers:
                key_ = std::move(name);
                break;
            case State::layer:
                layer_->key(std::move(name));
                break;
            case State::begin:
            case State::skipped:
            case State::samples:
                break;
        }
    }

    void end_object() override {
        switch (state_) {
            case State::root:
                end_file();
                break;
            case State::member:
                member_->end_object();
                end_member();
                break;
            case State::skipped:
                --depth_;
                break;
            case State::sample:
                end_sample();
                break;
            case State::layers:
                end_layers();
                break;
            case State::layer:
                layer_->end_object();
                if (layer_->is_complete()) state_ = State::layers;
                break;
            case State::begin:
            case State::samples:
                break;
        }
    }

    void begin_array() override {
        switch (state_) {
            case State::root:
                key_ == "samples" ? begin_samples() : begin_member().begin_array();
                break;
            case State::member:
                member_->begin_array();
                break;
            case State::skipped:
                ++depth_;
                break;
            case State::layers:
                begin_layer().begin_array();
                break;
            case State::layer:
                layer_->begin_array();
                break;
            case State::begin:
            case State::samples:
            case State::sample:
                throw Error(where() + ": a list is not possible here");
        }
    }

    void end_array() override {
        switch (state_) {
            case State::member:
                member_->end_array();
                end_member();
                break;
            case State::samples:
                state_ = State::root;
                break;
            case State::skipped:
                if (--depth_ == 0) state_ = State::root;
                break;
            case State::layer:
                layer_->end_array();
                break;
            case State::begin:
            case State::root:
            case State::sample:
            case State::layers:
                break;
        }
    }

    void scalar(JsonScalar value) override {
        switch (state_) {
            case State::root:
                begin_member().scalar(std::move(value));
                end_member();
                break;
            case State::member:
                member_->scalar(std::move(value));
                break;
            case State::skipped:
                break;
            case State::sample:
                sample_scalar(value);
                break;
            case State::layers:
                begin_layer().scalar(std::move(value));
                break;
            case State::layer:
                layer_->scalar(std::move(value));
                break;
            case State::begin:
            case State::samples:
                throw Error(where() + ": " + to_string(value) + ", must be an object");
        }
    }

    /// Whether the samples wait for a second reading.
    bool skipped_samples() const { return has_skipped_; }
    const RasterHeader& header() const { return header_; }

private:
    enum class State { begin, root, member, skipped, samples, sample, layers, layer };

    std::string where() const {
        std::string text = file_;
        if (state_ == State::root && !key_.empty()) text += ": " + key_;
        if (state_ == State::samples) text += ": samples[" + std::to_string(position_ + 1) + "]";
        if (state_ > State::samples) text += ": samples[" + std::to_string(position_) + "]";
        if (state_ == State::sample && !key_.empty()) text += "." + key_;
        if (state_ == State::layers) text += ".layers";
        return text;
    }

    void check_root_key(const std::string& name) {
        if (name != "samples" && std::ranges::find(header_keys, name) == header_keys.end()) {
            members_.keys.push_back(name);  // refused with advice
            members_.elements.emplace_back();
            read_raster_header(JsonCursor(members_, file_));
        }
        const bool is_twice =
            name == "samples" ? has_samples_ : std::ranges::find(members_.keys, name) != members_.keys.end();
        if (is_twice) throw Error(file_ + ": " + to_string(JsonScalar(name)) + " is given twice");
    }

    JsonBuilder& begin_member() {
        if (key_ == "samples") throw Error(file_ + ": samples: must be a list");
        member_.emplace(file_);
        state_ = State::member;
        return *member_;
    }

    void end_member() {
        if (!member_->is_complete()) return;
        members_.keys.push_back(key_);
        members_.elements.push_back(member_->take());
        state_ = State::root;
    }

    void learn(RasterHeader header) {
        header_ = std::move(header);
        is_header_known_ = true;
        for (std::size_t l = 0; l < header_.layers.size(); ++l) layer_positions_.emplace(header_.layers[l].name, l);
    }
    void learn_header() { learn(read_raster_header(JsonCursor(members_, file_))); }

    void begin_samples() {
        has_samples_ = true;
        if (!is_header_known_ && members_.keys.size() == header_keys.size()) learn_header();
        has_skipped_ = !is_header_known_;
        state_ = has_skipped_ ? State::skipped : State::samples;
        depth_ = 1;
        if (!has_skipped_) sink_.header(header_);
    }

    void end_file() {
        if (!is_header_known_) learn_header();
        if (!has_samples_) throw Error(file_ + ": \"samples\" is missing");
    }

    void begin_sample() {
        ++position_;
        info_ = {};
        seen_keys_.clear();
        seen_layers_.assign(header_.layers.size(), false);
        key_.clear();
        state_ = State::sample;
    }

    void check_sample_key(const std::string& name) {
        key_.clear();
        if (name != "index" && name != "label" && name != "prediction" && name != "layers") {
            throw Error(where() + ": " + to_string(JsonScalar(name)) +
                        R"( is not known here; possible: "index", "label", "prediction", "layers")");
        }
        if (!seen_keys_.insert(name).second)
            throw Error(where() + ": " + to_string(JsonScalar(name)) + " is given twice");
    }

    void sample_scalar(const JsonScalar& value) {
        if (key_ == "layers") throw Error(where() + ": " + to_string(value) + ", must be an object");
        if (key_ != "index" && std::holds_alternative<std::nullptr_t>(value)) return;
        const auto* number = std::get_if<std::int64_t>(&value);
        const std::int64_t most =
            key_ == "index" ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int32_t>::max();
        if (number == nullptr || *number < 0 || *number > most) {
            throw Error(where() + ": " + to_string(value) + ", must be a whole number from 0 to " +
                        std::to_string(most));
        }
        if (key_ == "label") info_.label = static_cast<std::int32_t>(*number);
        if (key_ == "prediction") info_.prediction = static_cast<std::int32_t>(*number);
        if (key_ != "index") return;
        info_.index = *number;
        if (!indices_.insert(*number).second)
            throw Error(where() + ": " + to_string(value) + ", this sample is given twice");
    }

    void begin_layers() {
        if (key_ != "layers") throw Error(where() + ": an object is not possible here");
        sink_.begin_sample(info_);
        state_ = State::layers;
    }

    LayerParser& begin_layer() {
        const auto found = layer_positions_.find(key_);
        const std::size_t layer = found != layer_positions_.end() ? found->second : find_layer(header_, key_, where());
        const std::string shown = "[" + to_string(JsonScalar(key_)) + "]";
        if (seen_layers_[layer]) throw Error(where() + shown + ": is given twice");
        seen_layers_[layer] = true;
        layer_.emplace(header_, layer, where() + shown, sink_);
        state_ = State::layer;
        return *layer_;
    }

    void end_layers() {
        for (std::size_t l = 0; l < seen_layers_.size(); ++l) {
            if (!seen_layers_[l])
                throw Error(where() + ": layer " + to_string(JsonScalar(header_.layers[l].name)) + " is missing");
        }
        key_.clear();
        state_ = State::sample;
    }

    void end_sample() {
        key_.clear();
        for (const char* needed : {"index", "layers"}) {
            if (!seen_keys_.contains(needed)) throw Error(where() + ": \"" + needed + "\" is missing");
        }
        sink_.end_sample(info_);
        state_ = State::samples;
    }

    std::string file_;
    RasterSink& sink_;
    State state_ = State::begin;
    std::string key_;
    JsonValue members_;  // of the header
    std::optional<JsonBuilder> member_;
    RasterHeader header_;
    bool is_header_known_ = false;
    std::map<std::string, std::size_t, std::less<>> layer_positions_;
    bool has_samples_ = false;
    bool has_skipped_ = false;
    std::size_t depth_ = 0;  // of what is passed over
    std::int64_t position_ = -1;
    RasterSampleInfo info_;
    std::set<std::string, std::less<>> seen_keys_;
    std::vector<bool> seen_layers_;
    std::set<std::int64_t> indices_;
    std::optional<LayerParser> layer_;
};

}  // namespace

RasterHeader read_raster(const std::filesystem::path& path, RasterSink& sink) {
    const std::string name = path.string();
    std::error_code ignored;
    const std::filesystem::file_status status = std::filesystem::status(path, ignored);
    if (std::filesystem::is_directory(status)) throw Error(name + ": is a folder; give the raster file itself");
    if (!std::filesystem::exists(status)) throw Error(name + ": there is no such file");
    if (!std::filesystem::is_regular_file(status))  // it may be read twice
        throw Error(name + ": is no regular file; write the raster to one first");
    std::optional<RasterHeader> known;
    for (;;) {
        std::ifstream in(path, std::ios::binary);
        if (!in) throw Error(name + ": cannot be opened; check its permissions");
        RasterParser parser(name, sink, known ? &*known : nullptr);
        parse_json(in, name, parser);
        if (!parser.skipped_samples()) return parser.header();
        known = parser.header();
    }
}

}  // namespace syncopate
