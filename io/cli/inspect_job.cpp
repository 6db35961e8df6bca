#include "io/cli/inspect_job.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "io/cli/input_shape.hpp"
#include "io/cli/network_table.hpp"
#include "io/cli/output_paths.hpp"
#include "io/cli/standard_output.hpp"
#include "io/cli/trial_conversion.hpp"
#include "io/files/new_file.hpp"
#include "io/formats/data/npy.hpp"
#include "io/formats/network/network_file.hpp"
#include "io/formats/onnx/import.hpp"
#include "io/printable.hpp"
#include "topology/compiler/compile.hpp"
#include "topology/conversion/ann_inference.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <span>

namespace syncopate {

namespace {

using Json = nlohmann::ordered_json;

/// How far the network's outputs are from exported ones.
struct Parity {
    std::int64_t samples = 0;
    double largest_difference = 0.0;
    double largest_output = 0.0;
    bool holds = true;
};

std::vector<float> floats_of(const NpyArray& array) {
    std::vector<float> values(to_size(array.size()));
    for (std::int64_t i = 0; i < array.size(); ++i) values[to_size(i)] = static_cast<float>(array.number(i));
    return values;
}

/// One sample; a difference that is no number does not hold.
void compare(std::span<const float> outputs, std::span<const float> expected, const InspectOptions& options,
             Parity& parity) {
    double difference = 0.0;
    double largest = 0.0;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const double d = std::abs(static_cast<double>(outputs[i]) - static_cast<double>(expected[i]));
        difference = d <= difference ? difference : d;
        const double output = std::abs(static_cast<double>(expected[i]));
        largest = output <= largest ? largest : output;
    }
    parity.holds = parity.holds && difference <= options.tolerance + options.relative_tolerance * largest;
    parity.largest_difference = difference <= parity.largest_difference ? parity.largest_difference : difference;
    parity.largest_output = largest <= parity.largest_output ? parity.largest_output : largest;
}

Parity measure_parity(const AnnGraph& graph, const InspectOptions& options) {
    const std::vector<float> inputs = floats_of(read_npy(options.parity[0]));
    const std::vector<float> expected = floats_of(read_npy(options.parity[1]));
    const auto input_size = to_size(graph.input_shape().size());
    const auto output_size = to_size(graph.output_shape().size());
    const std::size_t samples = inputs.size() / input_size;
    if (samples == 0 || inputs.size() % input_size != 0) {
        throw Error(options.parity[0] + ": " + std::to_string(inputs.size()) +
                    " values, the network takes samples of " + std::to_string(input_size) + " (" +
                    to_string(graph.input_shape()) + ")");
    }
    if (expected.size() != samples * output_size) {
        throw Error(options.parity[1] + ": " + std::to_string(expected.size()) + " values, " + std::to_string(samples) +
                    " samples give " + std::to_string(samples * output_size));
    }
    const AnnInference inference(graph, {.observed = {graph.output}});
    InferenceWorkspace workspace = inference.make_workspace();
    std::vector<float> outputs(output_size * inference.batch());
    Parity parity{.samples = static_cast<std::int64_t>(samples)};
    for (std::size_t s = 0; s < samples; s += inference.batch()) {
        const std::size_t count = std::min(inference.batch(), samples - s);
        inference.run(workspace, std::span(inputs).subspan(s * input_size, count * input_size),
                      std::span(outputs).first(count * output_size));
        for (std::size_t k = 0; k < count; ++k) {
            compare(std::span(outputs).subspan(k * output_size, output_size),
                    std::span(expected).subspan((s + k) * output_size, output_size), options, parity);
        }
    }
    return parity;
}

Json node_json(const NodeReport& node) {
    return {{"name", node.name},
            {"op", node.op},
            {"fate", to_string(node.fate)},
            {"detail", node.detail},
            {"layer", node.layer},
            {"shape", {node.shape.channels, node.shape.height, node.shape.width}},
            {"MACs", node.multiply_accumulates}};
}

Json populations_json(const std::vector<PopulationFacts>& populations) {
    Json json = Json::array();
    for (const PopulationFacts& p : populations) {
        Json entry = {{"name", p.name},
                      {"model", p.model},
                      {"shape", {p.shape.channels, p.shape.height, p.shape.width}},
                      {"sources", p.sources}};
        if (!p.rule.empty()) entry["rule"] = p.rule;
        if (p.computes) {
            entry["v_threshold_min"] = p.v_threshold_min;
            entry["v_threshold_max"] = p.v_threshold_max;
            entry["fraction_bits"] = p.fraction_bits;
            if (p.largest_current) entry["largest_current"] = *p.largest_current;
            if (p.tick_bias_T > 0) entry["tick_bias_T"] = p.tick_bias_T;
        }
        json.push_back(std::move(entry));
    }
    return json;
}

void write_json(const std::string& target, const Json& json) {
    const std::string text = json.dump(2) + "\n";
    if (target == "-") {
        print(text);
        return;
    }
    write_file(target, text);
}

Json parity_json(const Parity& parity, const InspectOptions& options) {
    return {{"samples", parity.samples},
            {"largest_difference", parity.largest_difference},
            {"largest_output", parity.largest_output},
            {"tolerance", options.tolerance},
            {"relative_tolerance", options.relative_tolerance},
            {"holds", parity.holds}};
}

std::string parity_text(const Parity& parity, const InspectOptions& options) {
    char text[240];
    std::snprintf(text, sizeof text,
                  "\nParity on %lld samples: largest difference %.3g, largest output %.3g: %s the tolerance of %.3g + "
                  "%.3g of the sample's largest output\n",
                  static_cast<long long>(parity.samples), parity.largest_difference, parity.largest_output,
                  parity.holds ? "within" : "BEYOND", options.tolerance, options.relative_tolerance);
    return text;
}

void complain(const std::string& file, const std::string& refusal) {
    std::fprintf(stderr, "syncopate: %s: refused: %s\n", printable(file).c_str(), refusal.c_str());
}

ExitStatus inspect_onnx(const InspectOptions& options) {
    OnnxImport import = import_onnx(options.network, {.shape = parse_input_shape(options.input_shape)});
    const bool says_table = options.json != "-";
    std::string refusal = refusal_message(import);
    TrialConversion trial;
    if (refusal.empty()) {
        trial = try_conversion(import);
        refusal = trial.refusal;
    }
    ExitStatus status = refusal.empty() ? ExitStatus::success : ExitStatus::refused;
    Json json = {{"format", "syncopate-inspect/1"}, {"network", options.network},  {"opset", import.opset},
                 {"producer", import.producer},     {"refused", !refusal.empty()}, {"nodes", Json::array()}};
    for (const NodeReport& node : import.nodes) json["nodes"].push_back(node_json(node));
    if (says_table) print(node_table(import));
    if (trial.compiled) {
        const std::vector<PopulationFacts> populations = facts_of(*trial.compiled);
        json["populations"] = populations_json(populations);
        if (says_table) print(population_table(populations));
    }
    if (!trial.open.empty() && refusal.empty()) {
        json["conversion"] = trial.open;
        if (says_table) print("\nThresholds and fraction bits: " + trial.open + "\n");
    }
    if (!trial.refusal.empty()) json["conversion"] = trial.refusal;
    if (!options.parity.empty() && !import.graph.nodes.empty()) {
        const Parity parity = measure_parity(import.graph, options);
        json["parity"] = parity_json(parity, options);
        if (says_table) print(parity_text(parity, options));
        if (!parity.holds && status == ExitStatus::success) status = ExitStatus::differs;
    }
    if (!refusal.empty()) complain(options.network, refusal);
    if (!options.json.empty()) write_json(options.json, json);
    return status;
}

ExitStatus inspect_network(const InspectOptions& options) {
    if (!options.parity.empty())
        throw UsageError("--parity compares an ONNX file; " + options.network + " is a network file");
    if (!options.input_shape.empty())
        throw UsageError("--input-shape is for an ONNX file; " + options.network + " is a network file");
    const LayerGraph graph = read_network(options.network);
    const CompiledNetwork compiled = compile(graph);
    const std::vector<PopulationFacts> populations = facts_of(compiled);
    if (options.json != "-") {
        print(population_table(populations));
        for (const std::string& note : graph.notes) print("note: " + note + "\n");
        for (const std::string& warning : compiled.warnings) print("warning: " + warning + "\n");
    }
    if (!options.json.empty()) {
        write_json(options.json, {{"format", "syncopate-inspect/1"},
                                  {"network", options.network},
                                  {"populations", populations_json(populations)},
                                  {"notes", graph.notes},
                                  {"warnings", compiled.warnings}});
    }
    return ExitStatus::success;
}

}  // namespace

ExitStatus inspect_job(const InspectOptions& options) {
    const bool is_network = options.network.ends_with(".json");
    std::vector<NamedPath> inputs = {{"network", options.network}};
    if (is_network) inputs = network_paths("network", options.network);
    for (const std::string& file : options.parity) inputs.push_back({"--parity", file});
    require_distinct(inputs, {{"--json", options.json}});
    require_writable({{"--json", options.json, FileKind::inspect_report}});
    return is_network ? inspect_network(options) : inspect_onnx(options);
}

}  // namespace syncopate
