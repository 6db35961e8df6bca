#pragma once

#include "core/compiled_network.hpp"
#include "io/formats/onnx/import.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace syncopate {

/// Every node of an import: what became of it, its shape and multiply-accumulates.
std::string node_table(const OnnxImport& import);

/// What is said of a population of a compiled network.
struct PopulationFacts {
    std::string name;
    std::string model;
    std::string rule;  // how the spikes are chosen, if the model has several ways
    Shape shape;
    std::vector<std::string> sources;  // names, with delays
    bool computes = false;             // takes current; only then has the rest a meaning
    bool fires = false;                // only then the thresholds have
    double v_threshold_min = 0.0;
    double v_threshold_max = 0.0;
    std::int32_t fraction_bits = 0;              // of what it hands on
    std::int32_t carry_bits = 0;                 // that its sum has more
    std::optional<double> largest_current = {};  // in thresholds; none: values reach it, which are bounded as they come
    Tick tick_bias_T = 0;                        // of the window that its bias for every tick was made for; 0: none
};

std::vector<PopulationFacts> facts_of(const CompiledNetwork& network);

/// The facts as a table.
std::string population_table(const std::vector<PopulationFacts>& populations);

}  // namespace syncopate
