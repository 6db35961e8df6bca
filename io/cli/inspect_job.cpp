#include "io/cli/inspect_job.hpp"

#include "core/error.hpp"
#include "io/cli/network_table.hpp"
#include "io/cli/output_paths.hpp"
#include "io/cli/standard_output.hpp"
#include "io/data/npy.hpp"
#include "io/files/new_file.hpp"
#include "io/network/network_file.hpp"
#include "io/onnx/import.hpp"
#include "topology/compiler/compile.hpp"
#include "topology/conversion/ann_inference.hpp"
#include "topology/conversion/convert.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

namespace syncopate {

namespace {

using Json = nlohmann::ordered_json;

/// Largest difference between the network's outputs and exported ones.
struct Parity {
    std::int64_t samples = 0;
    double largest_difference = 0.0;
};

std::vector<float> floats_of(const NpyArray& array) {
    std::vector<float> values(static_cast<std::size_t>(array.size()));
    for (std::int64_t i = 0; i < array.size(); ++i)
        values[static_cast<std::size_t>(i)] = static_cast<float>(array.number(i));
    return values;
}

Parity measure_parity(const AnnGraph& graph, const InspectOptions& options) {
    const std::vector<float> inputs = floats_of(read_npy(options.parity[0]));
    const std::vector<float> expected = floats_of(read_npy(options.parity[1]));
    const auto input_size = static_cast<std::size_t>(graph.input_shape().size());
    const auto output_size = static_cast<std::size_t>(graph.output_shape().size());
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
    Parity parity{static_cast<std::int64_t>(samples), 0.0};
    for (std::size_t s = 0; s < samples; s += inference.batch()) {
        const std::size_t count = std::min(inference.batch(), samples - s);
        inference.run(workspace, std::span(inputs).subspan(s * input_size, count * input_size),
                      std::span(outputs).first(count * output_size));
        for (std::size_t i = 0; i < count * output_size; ++i) {
            const double difference =
                std::abs(static_cast<double>(outputs[i]) - static_cast<double>(expected[s * output_size + i]));
            parity.largest_difference =
                std::isnan(difference) ? difference : std::max(parity.largest_difference, difference);
        }
    }
    return parity;
}

/// The conversion that needs no data, to show thresholds and fraction bits; none if data are needed.
std::optional<Conversion> convert_without_data(const AnnGraph& graph, std::string& why_not) {
    try {
        return convert(graph, {}, nullptr);
    } catch (const Error& error) {
        why_not = error.what();
        return std::nullopt;
    }
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

void write_json(const std::string& target, const Json& json) {
    const std::string text = json.dump(2) + "\n";
    if (target == "-") {
        print(text);
        return;
    }
    write_file(target, text);
}

ExitStatus inspect_onnx(const InspectOptions& options) {
    const OnnxImport import = import_onnx(options.network);
    const bool says_table = options.json != "-";
    if (says_table) print(node_table(import));
    Json json = {{"format", "syncopate-inspect/1"}, {"network", options.network},     {"opset", import.opset},
                 {"producer", import.producer},     {"refused", import.is_refused()}, {"nodes", Json::array()}};
    for (const NodeReport& node : import.nodes) json["nodes"].push_back(node_json(node));
    ExitStatus status = ExitStatus::success;
    if (import.is_refused()) {
        std::fprintf(stderr, "syncopate: %s: refused\n%s", options.network.c_str(), refusal_message(import).c_str());
        status = ExitStatus::refused;
    } else {
        std::string why_not;
        const std::optional<Conversion> conversion = convert_without_data(import.graph, why_not);
        if (conversion) {
            const CompiledNetwork compiled = compile(conversion->graph);
            if (says_table) print(population_table(compiled));
            json["populations"] = Json::parse(population_json(compiled));
        } else if (says_table) {
            print("\nThresholds and fraction bits: " + why_not + "\n");
        }
        if (!conversion) json["conversion"] = why_not;
        if (!options.parity.empty()) {
            const Parity parity = measure_parity(import.graph, options);
            const bool holds = parity.largest_difference <= options.tolerance;
            json["parity"] = {{"samples", parity.samples},
                              {"largest_difference", parity.largest_difference},
                              {"tolerance", options.tolerance},
                              {"holds", holds}};
            if (says_table) {
                char text[160];
                std::snprintf(text, sizeof text,
                              "\nParity on %lld samples: largest difference %.3g, %s the tolerance %.3g\n",
                              static_cast<long long>(parity.samples), parity.largest_difference,
                              holds ? "within" : "BEYOND", options.tolerance);
                print(text);
            }
            if (!holds) status = ExitStatus::differs;
        }
    }
    if (!options.json.empty()) write_json(options.json, json);
    return status;
}

ExitStatus inspect_network(const InspectOptions& options) {
    if (!options.parity.empty())
        throw UsageError("--parity compares an ONNX file; " + options.network + " is a network file");
    const LayerGraph graph = read_network(options.network);
    const CompiledNetwork compiled = compile(graph);
    if (options.json != "-") {
        print(population_table(compiled));
        for (const std::string& note : graph.notes) print("note: " + note + "\n");
        for (const std::string& warning : compiled.warnings) print("warning: " + warning + "\n");
    }
    if (!options.json.empty()) {
        write_json(options.json, {{"format", "syncopate-inspect/1"},
                                  {"network", options.network},
                                  {"populations", Json::parse(population_json(compiled))},
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
