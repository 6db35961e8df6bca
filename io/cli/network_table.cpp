#include "io/cli/network_table.hpp"

#include "core/charge.hpp"
#include "core/index.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace syncopate {

namespace {

std::string cell(const std::string& text, std::size_t width) {
    return text.size() >= width ? text : text + std::string(width - text.size(), ' ');
}

/// Whether values of linear populations reach it, which are not bounded beforehand.
bool takes_values(const CompiledNetwork& network, std::size_t p) {
    return std::ranges::any_of(network.projections, [&](const CompiledProjection& projection) {
        return projection.target == p && network.populations[projection.source].is_linear();
    });
}

std::vector<std::string> sources_of(const CompiledNetwork& network, std::size_t p) {
    std::vector<std::string> sources;
    for (const CompiledProjection& projection : network.projections) {
        if (projection.target != p) continue;
        std::string source = network.populations[projection.source].name;
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

std::vector<PopulationFacts> facts_of(const CompiledNetwork& network) {
    std::vector<PopulationFacts> all;
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
        const CompiledPopulation& population = network.populations[p];
        const auto [low, high] = std::ranges::minmax(population.v_threshold);
        PopulationFacts facts{.name = population.name,
                              .model = population.model.name,
                              .rule = population.model.rule,
                              .shape = population.shape,
                              .sources = sources_of(network, p),
                              .computes = population.dynamics != nullptr,
                              .fires = population.role == PopulationRole::neurons,
                              .v_threshold_min = low,
                              .v_threshold_max = high,
                              .fraction_bits = population.fraction_bits,
                              .carry_bits = population.carry_bits};
        if (population.tick_bias) facts.tick_bias_T = population.tick_bias->T;
        if (facts.computes && !takes_values(network, p))
            facts.largest_current =
                from_charge(population.worst_current, population.fraction_bits + population.carry_bits);
        all.push_back(std::move(facts));
    }
    return all;
}

namespace {

std::string model_of(const PopulationFacts& p) { return p.rule.empty() ? p.model : p.model + " " + p.rule; }

}  // namespace

std::string population_table(const std::vector<PopulationFacts>& populations) {
    std::size_t name = 10, model = 18;
    for (const PopulationFacts& p : populations) {
        name = std::max(name, p.name.size());
        model = std::max(model, model_of(p).size());
    }
    std::string text = "\n" + cell("population", name + 2) + cell("model", model + 2) + cell("shape", 14) +
                       cell("v_threshold", 22) + cell("fraction bits", 15) + cell("largest current", 17) + "from\n";
    bool has_carry = false, has_linear = false;
    for (const PopulationFacts& p : populations) {
        char threshold[64] = "", current[32] = "";
        if (p.fires) {
            std::snprintf(threshold, sizeof threshold,
                          p.v_threshold_min == p.v_threshold_max ? "%.6g" : "%.4g ... %.4g", p.v_threshold_min,
                          p.v_threshold_max);
        }
        if (p.largest_current) std::snprintf(current, sizeof current, "%.4g", *p.largest_current);
        const std::string carried = p.carry_bits > 0 ? "+" + std::to_string(p.carry_bits) : "";
        text += cell(p.name, name + 2) + cell(model_of(p), model + 2) + cell(to_string(p.shape), 14) +
                cell(threshold, 22) + cell(p.computes ? std::to_string(p.fraction_bits) + carried : "", 15) +
                cell(p.computes && !p.largest_current ? "values" : current, 17);
        std::string sources;
        for (const std::string& source : p.sources) sources += (sources.empty() ? "" : ", ") + source;
        text += sources + "\n";
        has_carry = has_carry || p.carry_bits > 0;
        has_linear = has_linear || (p.computes && !p.largest_current);
    }
    std::string corrected;
    for (const PopulationFacts& p : populations) {
        if (p.tick_bias_T == 0) continue;
        corrected += (corrected.empty() ? "" : ", ") + p.name + " (T = " + std::to_string(p.tick_bias_T) + ")";
    }
    if (!corrected.empty()) text += "With a bias for every tick and channel: " + corrected + ".\n";
    return text + "The largest current is what spikes and bias of one tick can sum to at most, in thresholds.\n" +
           (has_linear || has_carry
                ? "Values of linear populations are bounded as they come; \"18+6\" fraction bits: 24 of the sum, "
                  "18 of what is handed on.\n"
                : "");
}

}  // namespace syncopate
