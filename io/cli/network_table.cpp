#include "io/cli/network_table.hpp"

#include "core/charge.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace syncopate {

namespace {

std::string cell(const std::string& text, std::size_t width) {
    return text.size() >= width ? text : text + std::string(width - text.size(), ' ');
}

/// Whether values of linear populations reach it, which are not bounded beforehand.
bool takes_values(const CompiledNetwork& network, std::size_t p) {
    return std::ranges::any_of(network.projections, [&](const CompiledProjection& projection) {
        return static_cast<std::size_t>(projection.target) == p &&
               network.populations[static_cast<std::size_t>(projection.source)].is_linear();
    });
}

std::vector<std::string> sources_of(const CompiledNetwork& network, std::size_t p) {
    std::vector<std::string> sources;
    for (const CompiledProjection& projection : network.projections) {
        if (static_cast<std::size_t>(projection.target) != p) continue;
        std::string source = network.populations[static_cast<std::size_t>(projection.source)].name;
        if (projection.delay > 0) source += " (delay " + std::to_string(projection.delay) + ")";
        sources.push_back(std::move(source));
    }
    return sources;
}

}  // namespace

std::string node_table(const OnnxImport& import) {
    std::size_t name = 4, op = 8;
    for (const NodeReport& node : import.nodes) {
        name = std::max(name, std::min<std::size_t>(node.name.size(), 48));
        op = std::max(op, node.op.size());
    }
    std::string text = cell("node", name + 2) + cell("operator", op + 2) + cell("fate", 9) + cell("shape", 14) +
                       cell("MACs", 12) + "what it became\n";
    std::int64_t total = 0;
    for (const NodeReport& node : import.nodes) {
        const bool is_layer = node.fate == NodeFate::layer;
        text += cell(node.name, name + 2) + cell(node.op, op + 2) + cell(to_string(node.fate), 9) +
                cell(is_layer ? to_string(node.shape) : "", 14) +
                cell(node.multiply_accumulates > 0 ? std::to_string(node.multiply_accumulates) : "", 12) +
                (node.layer.empty() || node.detail.find(node.layer) != std::string::npos ? "" : node.layer + ": ") +
                node.detail + "\n";
        total += node.multiply_accumulates;
    }
    return text + "\nopset " + std::to_string(import.opset) + ", " + std::to_string(import.nodes.size()) + " nodes, " +
           std::to_string(total) + " MACs a sample\n";
}

std::string population_table(const CompiledNetwork& network) {
    std::size_t name = 10, model = 18;
    for (const CompiledPopulation& population : network.populations) {
        name = std::max(name, population.name.size());
        model = std::max(model, population.model.name.size());
    }
    std::string text = "\n" + cell("population", name + 2) + cell("model", model + 2) + cell("shape", 14) +
                       cell("v_threshold", 22) + cell("fraction bits", 15) + cell("largest current", 17) + "from\n";
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
        const CompiledPopulation& population = network.populations[p];
        char threshold[64] = "", current[32] = "";
        const auto [low, high] = std::ranges::minmax(population.v_threshold);
        if (population.role == PopulationRole::neurons) {
            std::snprintf(threshold, sizeof threshold, low == high ? "%.6g" : "%.4g ... %.4g", low, high);
        }
        const bool computes = population.dynamics != nullptr;
        const std::string carried = population.carry_bits > 0 ? "+" + std::to_string(population.carry_bits) : "";
        if (takes_values(network, p)) {
            std::snprintf(current, sizeof current, "values");
        } else if (computes) {
            std::snprintf(current, sizeof current, "%.4g",
                          from_charge(population.worst_current, population.fraction_bits + population.carry_bits));
        }
        text += cell(population.name, name + 2) + cell(population.model.name, model + 2) +
                cell(to_string(population.shape), 14) + cell(threshold, 22) +
                cell(computes ? std::to_string(population.fraction_bits) + carried : "", 15) + cell(current, 17);
        std::string sources;
        for (const std::string& source : sources_of(network, p)) sources += (sources.empty() ? "" : ", ") + source;
        text += sources + "\n";
    }
    const bool has_linear = std::ranges::any_of(network.populations, &CompiledPopulation::is_linear);
    return text + "The largest current is what spikes and bias of one tick can sum to at most, in thresholds.\n" +
           (has_linear
                ? "Values of linear populations are bounded as they come; \"18+6\" fraction bits: 24 of the sum, "
                  "18 of what is handed on.\n"
                : "");
}

std::string population_json(const CompiledNetwork& network) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
        const CompiledPopulation& population = network.populations[p];
        const auto [low, high] = std::ranges::minmax(population.v_threshold);
        nlohmann::ordered_json entry = {
            {"name", population.name},
            {"model", population.model.name},
            {"shape", {population.shape.channels, population.shape.height, population.shape.width}},
            {"sources", sources_of(network, p)}};
        if (population.dynamics != nullptr) {
            entry["v_threshold_min"] = low;
            entry["v_threshold_max"] = high;
            entry["fraction_bits"] = population.fraction_bits;
            if (!takes_values(network, p))
                entry["largest_current"] =
                    from_charge(population.worst_current, population.fraction_bits + population.carry_bits);
        }
        json.push_back(std::move(entry));
    }
    return json.dump();
}

}  // namespace syncopate
