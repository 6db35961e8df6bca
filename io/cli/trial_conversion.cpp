#include "io/cli/trial_conversion.hpp"

#include "core/error.hpp"
#include "topology/compiler/compile.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace syncopate {

namespace {

/// ReLUs without a cap have one of 1 as long as this lives, so that no thresholds are missing.
class StandInCaps {
public:
    explicit StandInCaps(AnnGraph& graph) : graph_(graph) {
        for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
            auto* relu = std::get_if<AnnRelu>(&graph.nodes[n].operation);
            if (relu == nullptr || std::ranges::all_of(relu->cap, [](double cap) { return std::isfinite(cap); }))
                continue;
            kept_.emplace_back(n, *relu);
            std::ranges::replace_if(
                relu->cap, [](double cap) { return !std::isfinite(cap); }, 1.0);
        }
    }
    StandInCaps(const StandInCaps&) = delete;
    StandInCaps& operator=(const StandInCaps&) = delete;
    ~StandInCaps() {
        for (auto& [n, relu] : kept_) graph_.nodes[n].operation = std::move(relu);
    }

    std::size_t count() const { return kept_.size(); }

private:
    AnnGraph& graph_;
    std::vector<std::pair<std::size_t, AnnRelu>> kept_;
};

void mark_refused(OnnxImport& import, const std::string& layer, const std::string& reason) {
    for (NodeReport& row : import.nodes) {
        if (row.layer != layer || row.fate != NodeFate::layer) continue;
        row.fate = NodeFate::refused;
        row.detail = reason;
    }
}

/// The node that a refusal begins with, as in `node "conv1": …`.
void mark_named(OnnxImport& import, const std::string& refusal) {
    const std::vector<NodeReport> rows = import.nodes;
    for (const NodeReport& row : rows) {
        const std::string begin = "node \"" + row.layer + "\"";
        if (row.layer.empty() || !refusal.starts_with(begin)) continue;
        const std::size_t reason = refusal.find_first_not_of(": ", begin.size());
        if (reason != std::string::npos) mark_refused(import, row.layer, refusal.substr(reason));
    }
}

}  // namespace

TrialConversion try_conversion(OnnxImport& import) {
    TrialConversion trial;
    const StandInCaps caps(import.graph);
    if (caps.count() > 0) {
        trial.open = std::to_string(caps.count()) + (caps.count() == 1 ? " ReLU has" : " ReLUs have") +
                     " no cap, so that convert takes thresholds from calibration samples";
    }
    try {
        const Conversion conversion = convert(arrange_max_pools(import.graph, {}).graph, {}, nullptr);
        // What the compiler refuses depends on thresholds.
        if (trial.open.empty()) trial.compiled = compile(conversion.graph);
    } catch (const RefusedError& refusal) {
        trial.refusal = refusal.what();
        mark_named(import, trial.refusal);
    }
    return trial;
}

void require_convertible(AnnGraph& graph, const ConversionOptions& options) {
    const StandInCaps caps(graph);
    convert(graph, {.max_pools = options.max_pools}, nullptr);
}

}  // namespace syncopate
