#include "io/plot/run_line.hpp"

namespace syncopate {

std::string run_line(const RunHeader& run) {
    std::string line = run.network;
    const auto add = [&](const std::string& part) { line += (line.empty() ? "" : "  ·  ") + part; };
    if (!run.network_hash.empty()) add(run.network_hash.substr(0, 12));
    add(run.rule + " rule");
    add("seed " + std::to_string(run.seed));
    return line;
}

}  // namespace syncopate
