#include "io/formats/raster/probe_file.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "io/files/new_file.hpp"
#include "io/json/json_shape.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace syncopate {

namespace {

constexpr std::uint64_t largest_file = 256 << 20;
constexpr std::size_t most_neuron_ticks = 1 << 19;
constexpr std::size_t own_ticks = 8;  // what a probe takes besides its ticks
constexpr JsonLimits limits = {.values = 4 * most_neuron_ticks + 100, .depth = 8};

std::string value_text(double value) { return json_number(value); }
std::string value_text(std::int32_t value) { return std::to_string(value); }
std::string value_text(std::int64_t value) { return std::to_string(value); }

template <class T>
std::string list_text(const std::vector<T>& values);
template <class T>
std::string value_text(const std::vector<T>& values) {
    return list_text(values);
}

template <class T>
std::string list_text(const std::vector<T>& values) {
    std::string text;
    for (const T& value : values) {
        if (!text.empty()) text += ',';
        text += value_text(value);
    }
    return "[" + text + "]";
}

/// Of pooling neurons.
void check_inputs(const NeuronTrace& trace, std::size_t ticks, const std::string& where) {
    if (trace.sums.size() != ticks || trace.winners.size() != ticks)
        throw Error(where + ": sums and winners do not have T = " + std::to_string(ticks) + " ticks");
    for (std::size_t t = 0; t < ticks; ++t) {
        const std::string at = "[" + std::to_string(t) + "]: ";
        if (trace.sums[t].size() != trace.inputs.size())
            throw Error(where + ".sums" + at + std::to_string(trace.sums[t].size()) + " values for " +
                        std::to_string(trace.inputs.size()) + " inputs");
        if (std::ranges::find(trace.inputs, trace.winners[t]) == trace.inputs.end())
            throw Error(where + ".winners" + at + std::to_string(trace.winners[t]) + " is none of the inputs");
    }
}

void check(const ProbeRecord& record, const std::string& file) {
    validate(record.run, file);
    const auto ticks = to_size(record.run.T);
    std::size_t neuron_ticks = 0;
    // The sums of a pooling neuron's inputs take as much as other neurons would.
    for (const Probe& probe : record.probes) neuron_ticks += ticks * (1 + probe.trace.inputs.size()) + own_ticks;
    if (neuron_ticks > most_neuron_ticks) {
        throw Error(
            file + ": " + std::to_string(record.probes.size()) + " probes of " + std::to_string(record.run.T) +
            " ticks; that is more than this file may hold (2^19 neuron ticks); choose fewer neurons or samples");
    }
    for (std::size_t p = 0; p < record.probes.size(); ++p) {
        const Probe& probe = record.probes[p];
        const NeuronTrace& trace = probe.trace;
        const std::string where = file + ": probes[" + std::to_string(p) + "]";
        if (trace.neuron < 0 || trace.neuron >= probe.shape.size()) {
            throw Error(where + ".id: " + std::to_string(trace.neuron) + ", the layer has " +
                        std::to_string(probe.shape.size()) + " neurons");
        }
        if (trace.current.size() != ticks || trace.potential_at_test.size() != ticks ||
            trace.potential.size() != ticks || trace.spikes.size() != ticks) {
            throw Error(where + ": the trace does not have T = " + std::to_string(record.run.T) +
                        " ticks in each list");
        }
        if (!trace.inputs.empty()) check_inputs(trace, ticks, where);
        if (probe.v_threshold && (!(*probe.v_threshold > 0.0) || !std::isfinite(*probe.v_threshold))) {
            throw Error(where + ".v_threshold: " + std::to_string(*probe.v_threshold) + ", must be greater than 0");
        }
        for (const auto* values : {&trace.current, &trace.potential_at_test, &trace.potential}) {
            for (const double v : *values) {
                if (!std::isfinite(v)) throw Error(where + ": holds a number that is not finite");
            }
        }
    }
}

void write_probe(const Probe& probe, std::ostream& out) {
    const NeuronPosition at = neuron_position(probe.trace.neuron, probe.shape);
    out << "{\"sample\": " << probe.sample << ", \"layer\": " << json_quoted(probe.layer)
        << ", \"shape\": " << json_text(probe.shape) << ", \"id\": " << probe.trace.neuron << ", \"position\": ["
        << at.channel << "," << at.y << "," << at.x
        << "], \"v_threshold\": " << (probe.v_threshold ? json_number(*probe.v_threshold) : "null")
        << ", \"offset\": " << probe.offset << ",\n \"current\": " << list_text(probe.trace.current)
        << ",\n \"potential_at_test\": " << list_text(probe.trace.potential_at_test)
        << ",\n \"potential\": " << list_text(probe.trace.potential)
        << ",\n \"spikes\": " << list_text(probe.trace.spikes);
    if (!probe.trace.inputs.empty()) {
        out << ",\n \"inputs\": " << list_text(probe.trace.inputs) << ",\n \"sums\": " << list_text(probe.trace.sums)
            << ",\n \"winners\": " << list_text(probe.trace.winners);
    }
    out << "}";
}

/// A list with one number a tick.
JsonCursor ticks_of(const JsonCursor& cursor, const char* key, std::int32_t T) {
    JsonCursor list = cursor.member(key);
    if (list.size() != to_size(T)) {
        list.fail("has " + std::to_string(list.size()) + " values, must have T = " + std::to_string(T));
    }
    return list;
}

constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();

/// What only pooling neurons have.
void read_inputs(const JsonCursor& probe, const JsonCursor& inputs, NeuronTrace& trace, std::int32_t T) {
    for (std::size_t i = 0; i < inputs.size(); ++i) trace.inputs.push_back(inputs.element(i).integer32(0, most));
    if (trace.inputs.empty()) inputs.fail("is empty");
    const JsonCursor sums = ticks_of(probe, "sums", T), winners = ticks_of(probe, "winners", T);
    for (std::size_t t = 0; t < sums.size(); ++t) {
        const JsonCursor own = sums.element(t);
        if (own.size() != inputs.size()) {
            own.fail("has " + std::to_string(own.size()) + " values, must have " + std::to_string(inputs.size()) +
                     ", one for each input");
        }
        trace.sums.emplace_back();
        for (std::size_t i = 0; i < own.size(); ++i)
            trace.sums.back().push_back(own.element(i).integer(0, std::int64_t{1} << 52));
        trace.winners.push_back(winners.element(t).integer32(0, most));
        if (std::ranges::find(trace.inputs, trace.winners.back()) == trace.inputs.end())
            winners.element(t).fail("is none of the inputs");
    }
}

Probe read_probe(const JsonCursor& cursor, std::int32_t T) {
    cursor.allow_only({"sample", "layer", "shape", "id", "position", "v_threshold", "offset", "current",
                       "potential_at_test", "potential", "spikes", "inputs", "sums", "winners"});
    Probe probe;
    probe.sample = cursor.member("sample").integer(0, std::numeric_limits<std::int64_t>::max());
    probe.layer = cursor.member("layer").string();
    probe.shape = read_shape(cursor.member("shape"));
    NeuronTrace& trace = probe.trace;
    trace.neuron = cursor.member("id").integer32(0, probe.shape.size() - 1);
    const NeuronPosition at = neuron_position(trace.neuron, probe.shape);
    const JsonCursor position = cursor.member("position");
    if (position.numbers() != std::vector<double>{double(at.channel), double(at.y), double(at.x)}) {
        position.fail("must be [" + std::to_string(at.channel) + "," + std::to_string(at.y) + "," +
                      std::to_string(at.x) + "] for id " + std::to_string(trace.neuron));
    }
    if (const JsonCursor threshold = cursor.member("v_threshold"); !threshold.is_null()) {
        probe.v_threshold = threshold.positive_number();
    }
    if (const auto offset = cursor.find("offset")) probe.offset = offset->integer32(0, 1 << 30);
    trace.current = ticks_of(cursor, "current", T).numbers();
    trace.potential_at_test = ticks_of(cursor, "potential_at_test", T).numbers();
    trace.potential = ticks_of(cursor, "potential", T).numbers();
    const JsonCursor spikes = ticks_of(cursor, "spikes", T);
    for (std::size_t t = 0; t < spikes.size(); ++t) {
        trace.spikes.push_back(spikes.element(t).integer32(-most, most));
    }
    if (const auto inputs = cursor.find("inputs")) read_inputs(cursor, *inputs, trace, T);
    return probe;
}

}  // namespace

NeuronPosition neuron_position(std::int32_t neuron, const Shape& shape) {
    const auto area = static_cast<std::int32_t>(shape.area());
    return {neuron / area, neuron % area / shape.width, neuron % shape.width};
}

void write_probes(const ProbeRecord& record, const std::filesystem::path& path) {
    check(record, path.string());
    NewFile file(path);
    std::ostream& out = file.stream();
    out << "{\n\"format\": \"syncopate-probe/1\",\n" << json_text(record.run) << ",\n\"probes\": [";
    for (std::size_t p = 0; p < record.probes.size(); ++p) {
        out << (p == 0 ? "\n" : ",\n");
        write_probe(record.probes[p], out);
    }
    out << "\n]}\n";
    file.keep();
}

ProbeRecord read_probes(const std::filesystem::path& path) {
    const JsonValue document = read_json(path, largest_file, limits);
    const JsonCursor root(document, path.string());
    if (root.is_object()) root.member("format").choice({"syncopate-probe/1"});
    root.allow_only({"format", "version", "network", "rule", "T", "unit", "seed", "edits", "probes"});
    ProbeRecord record;
    record.run = read_run_header(root);
    const JsonCursor probes = root.member("probes");
    for (std::size_t p = 0; p < probes.size(); ++p)
        record.probes.push_back(read_probe(probes.element(p), record.run.T));
    return record;
}

}  // namespace syncopate
