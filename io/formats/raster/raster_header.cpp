#include "io/formats/raster/raster_header.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "core/nearest_name.hpp"
#include "io/json/json_shape.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace syncopate {

namespace {

constexpr std::int32_t largest_offset = 1 << 30;  // so that T can be added in 32 bits
constexpr std::int64_t largest_layer = 1 << 30;

std::string threshold_text(const std::vector<double>& v_threshold) {
    if (v_threshold.empty()) return "null";
    if (v_threshold.size() == 1) return json_number(v_threshold.front());
    std::string text;
    for (const double v : v_threshold) text += (text.empty() ? "[" : ",") + json_number(v);
    return text + "]";
}

std::string layer_text(const RasterLayer& layer) {
    return "{\"name\": " + json_quoted(layer.name) + ", \"shape\": " + json_text(layer.shape) +
           ", \"count\": " + std::to_string(layer.shape.size()) +
           ", \"v_threshold\": " + threshold_text(layer.v_threshold) + ", \"offset\": " + std::to_string(layer.offset) +
           "}";
}

RasterLayer read_layer(const JsonCursor& cursor) {
    cursor.allow_only({"name", "shape", "count", "v_threshold", "offset"});
    RasterLayer layer;
    layer.name = cursor.member("name").string();
    layer.shape = read_shape(cursor.member("shape"));
    const JsonCursor count = cursor.member("count");
    if (count.integer(1, largest_layer) != layer.shape.size()) {
        count.fail("but shape " + to_string(layer.shape) + " has " + std::to_string(layer.shape.size()) + " neurons");
    }
    if (const auto threshold = cursor.find("v_threshold")) {
        layer.v_threshold = threshold->is_array() ? threshold->numbers() : std::vector{threshold->number()};
    }
    if (const auto offset = cursor.find("offset")) layer.offset = offset->integer32(0, largest_offset);
    return layer;
}

void validate_layer(const RasterLayer& layer, const std::string& where) {
    if (layer.name.empty()) throw Error(where + ".name: is empty");
    const Shape& shape = layer.shape;
    if (shape.channels < 1 || shape.height < 1 || shape.width < 1 || shape.area() > largest_layer ||
        shape.size() > largest_layer) {
        throw Error(where + ".shape: " + to_string(shape) + ", must have from 1 to 2^30 neurons");
    }
    if (layer.offset < 0 || layer.offset > largest_offset) {
        throw Error(where + ".offset: " + std::to_string(layer.offset) + ", must be from 0 to 2^30");
    }
    const std::size_t thresholds = layer.v_threshold.size();
    if (thresholds > 1 && static_cast<std::int64_t>(thresholds) != shape.channels) {
        throw Error(where + ".v_threshold: " + std::to_string(thresholds) + " values, must be 1 or " +
                    std::to_string(shape.channels) + " (one a channel)");
    }
    for (const double v : layer.v_threshold) {
        if (!(v > 0.0) || !std::isfinite(v))
            throw Error(where + ".v_threshold: " + std::to_string(v) + ", must be greater than 0");
    }
}

}  // namespace

void validate(const RasterHeader& header, const std::string& file) {
    validate(header.run, file);
    const TickRange ticks = header.recorded();
    if (ticks.begin < 0 || ticks.end <= ticks.begin || ticks.end > header.run.T) {
        throw Error(file + ": ticks: [" + std::to_string(ticks.begin) + "," + std::to_string(ticks.end) +
                    "], must be a first tick and an end within 0 to T = " + std::to_string(header.run.T));
    }
    std::set<std::string> names;
    for (std::size_t l = 0; l < header.layers.size(); ++l) {
        const std::string where = file + ": layers[" + std::to_string(l) + "]";
        validate_layer(header.layers[l], where);
        if (!names.insert(header.layers[l].name).second) {
            throw Error(where + ".name: " + to_string(JsonScalar(header.layers[l].name)) + ", is used twice");
        }
    }
}

std::size_t find_layer(const RasterHeader& header, std::string_view name, const std::string& file) {
    const auto found = std::ranges::find(header.layers, name, &RasterLayer::name);
    if (found != header.layers.end()) return to_size(found - header.layers.begin());
    std::vector<std::string_view> names;
    for (const RasterLayer& layer : header.layers) names.emplace_back(layer.name);
    std::string message = file + ": layer " + to_string(JsonScalar(std::string(name))) + " is not recorded; ";
    if (const std::string_view near = nearest_name(name, names); !near.empty()) {
        throw Error(message + "did you mean \"" + std::string(near) + "\"?");
    }
    message += "there are";
    for (std::size_t l = 0; l < std::min<std::size_t>(names.size(), 12); ++l) {
        message += (l == 0 ? " " : ", ") + to_string(JsonScalar(std::string(names[l])));
    }
    throw Error(message + (names.size() > 12 ? " and " + std::to_string(names.size() - 12) + " more" : ""));
}

std::string header_text(const RasterHeader& header) {
    const TickRange ticks = header.recorded();
    std::string text = "{\n\"format\": \"syncopate-raster/1\",\n\"truncated\": false,\n" + json_text(header.run) +
                       ",\n\"ticks\": [" + std::to_string(ticks.begin) + "," + std::to_string(ticks.end) +
                       "],\n\"layers\": [";
    for (std::size_t l = 0; l < header.layers.size(); ++l)
        text += (l == 0 ? "\n  " : ",\n  ") + layer_text(header.layers[l]);
    return text + (header.layers.empty() ? "]" : "\n]");
}

RasterHeader read_raster_header(const JsonCursor& root) {
    root.allow_only(
        {"format", "truncated", "version", "network", "rule", "T", "ticks", "unit", "seed", "edits", "layers"});
    root.member("format").choice({"syncopate-raster/1"});
    RasterHeader header;
    header.run = read_run_header(root);
    if (const auto truncated = root.find("truncated")) header.truncated = truncated->boolean();
    if (const auto ticks = root.find("ticks")) {
        if (ticks->size() != 2) ticks->fail("must be two numbers, the first tick and the end");
        header.ticks =
            TickRange{ticks->element(0).integer32(0, header.run.T - 1), ticks->element(1).integer32(1, header.run.T)};
    }
    const JsonCursor layers = root.member("layers");
    for (std::size_t l = 0; l < layers.size(); ++l) header.layers.push_back(read_layer(layers.element(l)));
    validate(header, root.where());
    return header;
}

}  // namespace syncopate
