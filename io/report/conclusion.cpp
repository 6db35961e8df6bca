#include "io/report/conclusion.hpp"

#include "io/plot/escape.hpp"
#include "io/plot/number_label.hpp"
#include "io/report/number_text.hpp"

#include <array>
#include <cmath>
#include <numeric>

namespace syncopate::report {

namespace {

constexpr double least_change = 5e-4;  // of an error, in thresholds; less is not worth a word
constexpr double least_share = 0.02;   // of a layer's spikes

struct Part {
    const char* name;
    ErrorPart LayerDetail::*part;
};
constexpr std::array<Part, 3> parts = {{{"clipping", &LayerDetail::clipping},
                                        {"quantisation", &LayerDetail::quantisation},
                                        {"unevenness", &LayerDetail::unevenness}}};

/// An arm's close look at one layer, beside the baseline's.
struct LayerPair {
    const LayerDetail* before = nullptr;
    const LayerDetail* after = nullptr;

    double change(ErrorPart LayerDetail::*part) const {
        return (after->*part).mean_magnitude - (before->*part).mean_magnitude;
    }
};

std::string from_to(double before, double after) { return significant(before) + " → " + significant(after); }

/// The layer whose error goes furthest in the direction, which is 1 (grows) or −1 (falls); null if none does.
LayerPair furthest_layer(const StudyCell& before, const StudyCell& after, double direction) {
    LayerPair furthest;
    double most = least_change;
    for (const LayerDetail& own : after.details) {
        const LayerDetail* const baseline = detail_of(&before, own.name);
        if (baseline == nullptr || !own.has_residual || !baseline->has_residual) continue;
        const LayerPair pair{baseline, &own};
        if (direction * pair.change(&LayerDetail::total) <= most) continue;
        most = direction * pair.change(&LayerDetail::total);
        furthest = pair;
    }
    return furthest;
}

std::string error_sentence(const LayerPair& layer, double direction) {
    std::string text = "its error " + std::string(direction > 0.0 ? "grows" : "falls") + " most in <code>" +
                       escaped(layer.after->name) + "</code>, " +
                       from_to(layer.before->total.mean_magnitude, layer.after->total.mean_magnitude) + " thresholds";
    const Part* most = nullptr;
    for (const Part& part : parts) {
        if (direction * layer.change(part.part) <= least_change) continue;
        if (most == nullptr || direction * layer.change(part.part) > direction * layer.change(most->part)) most = &part;
    }
    if (most == nullptr) return text;
    return text + ", by " + most->name + " (" +
           from_to((layer.before->*most->part).mean_magnitude, (layer.after->*most->part).mean_magnitude) + ")";
}

/// "ticks 0 to 2 and tick 5": where the arm has more spikes (or fewer), as a share of those of its layer.
std::string ticks_with(const LayerPair& layer, double direction) {
    const std::vector<std::int64_t>&before = layer.before->spikes_by_tick, &after = layer.after->spikes_by_tick;
    const auto sum = [](const auto& counts) {
        return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
    };
    const double all = std::max(1.0, std::max(sum(before), sum(after)));
    std::vector<std::string> ranges;
    const std::size_t T = std::min(before.size(), after.size());
    for (std::size_t t = 0; t < T; ++t) {
        const std::size_t first = t;
        while (t < T && direction * static_cast<double>(after[t] - before[t]) > least_share * all) ++t;
        if (t == first) continue;
        ranges.push_back(t - first == 1 ? "tick " + std::to_string(first)
                                        : "ticks " + std::to_string(first) + " to " + std::to_string(t - 1));
    }
    return enumerated(ranges);
}

std::string time_sentence(const LayerPair& layer) {
    const std::string more = ticks_with(layer, 1.0), fewer = ticks_with(layer, -1.0);
    if (more.empty() && fewer.empty()) return "; its spikes come at the same ticks";
    std::string text = "; it sends ";
    if (!more.empty()) text += "more spikes at " + more;
    if (!fewer.empty())
        text += std::string(more.empty() ? "" : " and ") + "fewer " + (more.empty() ? "spikes " : "") + "at " + fewer;
    if (layer.before->silent < layer.before->neurons && layer.after->silent < layer.after->neurons)
        text += " (mean tick " + from_to(layer.before->mean_centroid, layer.after->mean_centroid) + ")";
    return text;
}

std::string conclusion(const StudyView& view, const StudyCell& before, const StudyCell& after) {
    const StudyComparison& comparison = *after.comparison;
    const bool gains = comparison.verdict == Verdict::better;
    std::string text = "<b>" + escaped(view.label(after.arm)) + "</b> " + (gains ? "gains " : "loses ") +
                       decimal(std::abs(100.0 * comparison.difference), 2) +
                       " points at T = " + std::to_string(after.T) + ": ";
    const LayerPair layer = furthest_layer(before, after, gains ? -1.0 : 1.0);
    if (layer.after == nullptr)
        return text + "its error " + (gains ? "falls" : "grows") + " in no layer whose neurons keep their charge.";
    return text + error_sentence(layer, gains ? -1.0 : 1.0) + time_sentence(layer) + ".";
}

}  // namespace

std::vector<std::string> conclusions(const StudyView& view) {
    std::vector<std::string> found;
    for (std::size_t arm = 1; arm < view.result().arms.size(); ++arm) {
        // At its longest window that shows something, one sentence an arm.
        for (auto T = view.result().T.rbegin(); T != view.result().T.rend(); ++T) {
            const StudyCell *before = view.cell(0, *T), *after = view.cell(arm, *T);
            if (before == nullptr || after == nullptr || !after->comparison) continue;
            const Verdict verdict = after->comparison->verdict;
            if (verdict != Verdict::better && verdict != Verdict::worse) continue;
            if (before->details.empty() || after->details.empty()) continue;
            found.push_back(conclusion(view, *before, *after));
            break;
        }
    }
    return found;
}

}  // namespace syncopate::report
