#include "io/report/study_view.hpp"

#include "io/plot/escape.hpp"
#include "io/report/number_text.hpp"
#include "io/study/presentation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace syncopate::report {

namespace {

constexpr Tick any_time = std::numeric_limits<Tick>::max();

/// The mean over seeds of `count` ÷ samples.
std::optional<Score> score(const StudyCell& cell, std::int64_t samples, std::int64_t SeedOutcome::*count) {
    if (samples <= 0 || cell.seeds.empty()) return std::nullopt;
    double sum = 0.0;
    for (const SeedOutcome& seed : cell.seeds) sum += static_cast<double>(seed.*count);
    const double runs = static_cast<double>(cell.seeds.size());
    Score result = {.mean = sum / runs / static_cast<double>(samples)};
    const std::int64_t first = cell.seeds.front().*count;
    // Wilson's interval is of a share of independent samples. Several seeds see the same samples, so their sum is no
    // such share; the interval over seeds comes with the cell.
    if (cell.seeds.size() == 1 && first >= 0 && first <= samples) result.interval = wilson_interval(first, samples);
    return result;
}

ArmGroup::Kind kind_of(const std::vector<StudyArm>& arms, const std::vector<std::size_t>& members) {
    if (members.size() < 2) return ArmGroup::Kind::single;
    const bool is_one = std::all_of(members.begin(), members.end(),
                                    [&](std::size_t arm) { return arms[arm].name == arms[members.front()].name; });
    return is_one ? ArmGroup::Kind::layers : ArmGroup::Kind::members;
}

}  // namespace

StudyView::StudyView(const StudyResult& result) : result_(result) {}

const StudyCell* StudyView::cell(std::size_t arm, Tick T) const {
    for (const StudyCell& cell : result_.cells)
        if (cell.arm == arm && cell.T == T) return &cell;
    return nullptr;
}

std::string StudyView::label(std::size_t arm) const {
    if (arm >= result_.arms.size()) return "arm " + std::to_string(arm);
    return label_of(result_.arms[arm]);
}

std::vector<ArmGroup> StudyView::groups() const {
    std::vector<ArmGroup> groups;
    for (std::size_t arm = 1; arm < result_.arms.size(); ++arm) {
        const StudyArm& here = result_.arms[arm];
        const std::string& family = here.family.empty() ? here.name : here.family;
        auto group =
            std::find_if(groups.begin(), groups.end(), [&](const ArmGroup& other) { return other.name == family; });
        if (group == groups.end()) group = groups.insert(group, ArmGroup{.name = family});
        group->arms.push_back(arm);
    }
    for (ArmGroup& group : groups) group.kind = kind_of(result_.arms, group.arms);
    return groups;
}

bool StudyView::ran_once(std::size_t arm) const {
    return std::all_of(result_.cells.begin(), result_.cells.end(),
                       [&](const StudyCell& cell) { return cell.arm != arm || cell.seeds.size() == 1; });
}

/// From the baseline, at the largest T up to `last` at which the two were compared.
double StudyView::distance(std::size_t arm, Tick last) const {
    for (auto T = result_.T.rbegin(); T != result_.T.rend(); ++T) {
        const StudyCell* here = *T <= last ? cell(arm, *T) : nullptr;
        if (here != nullptr && here->comparison) return std::abs(here->comparison->difference);
    }
    return 0.0;
}

ShownArms StudyView::shown(std::size_t limit) const {
    std::vector<std::size_t> arms(result_.arms.size());
    std::iota(arms.begin(), arms.end(), std::size_t{0});
    return furthest(std::move(arms), limit, any_time);
}

ShownArms StudyView::shown_at(Tick T, std::size_t limit, bool (*has_values)(const StudyCell&)) const {
    std::vector<std::size_t> arms;
    for (std::size_t arm = 0; arm < result_.arms.size(); ++arm)
        if (const StudyCell* here = cell(arm, T); here != nullptr && has_values(*here)) arms.push_back(arm);
    return furthest(std::move(arms), limit, T);
}

/// Requires: candidates ascend.
ShownArms StudyView::furthest(std::vector<std::size_t> candidates, std::size_t limit, Tick last) const {
    if (candidates.size() <= limit) return {std::move(candidates)};
    const auto is_further = [&](std::size_t a, std::size_t b) { return distance(a, last) > distance(b, last); };
    std::vector<std::size_t> order;  // first the furthest of each group, then the others
    std::vector<std::size_t> others;
    for (ArmGroup& group : groups()) {
        std::erase_if(group.arms,
                      [&](std::size_t arm) { return !std::binary_search(candidates.begin(), candidates.end(), arm); });
        if (group.arms.empty()) continue;
        std::stable_sort(group.arms.begin(), group.arms.end(), is_further);
        order.push_back(group.arms.front());
        others.insert(others.end(), group.arms.begin() + 1, group.arms.end());
    }
    // Stable, so that arms which are equally far keep their order and the same study gives the same page.
    std::stable_sort(order.begin(), order.end(), is_further);
    std::stable_sort(others.begin(), others.end(), is_further);
    order.insert(order.end(), others.begin(), others.end());
    if (candidates.front() == 0) order.insert(order.begin(), std::size_t{0});
    order.resize(limit);
    std::sort(order.begin(), order.end());
    return {std::move(order), shown_sentence(limit, candidates.size(), last)};
}

std::string StudyView::shown_sentence(std::size_t shown, std::size_t candidates, Tick last) const {
    const bool are_all = candidates == result_.arms.size();
    const std::string when = last == any_time ? "at their largest T" : "at this T";
    return " Shown are " + std::to_string(shown) + " of " + counted(static_cast<std::int64_t>(candidates), "arm") +
           (are_all ? "" : " that have values at this T") +
           (result_.has_labels ? ": the baseline, and those whose accuracy is furthest from it " + when +
                                     " (first one of each family)."
                               : ": the baseline, and the first ones, one of each family before others.");
}

std::optional<Score> StudyView::accuracy(const StudyCell& cell) const {
    if (!result_.has_labels) return std::nullopt;
    std::optional<Score> result = score(cell, result_.samples, &SeedOutcome::correct);
    if (result && cell.interval) result->interval = cell.interval;
    return result;
}

std::optional<Score> StudyView::agreement(const StudyCell& cell) const {
    if (!result_.has_ann) return std::nullopt;
    return score(cell, result_.samples, &SeedOutcome::agreement);
}

Tick StudyView::detail_time() const {
    Tick largest = 0;
    for (const StudyCell& cell : result_.cells)
        if (!cell.details.empty() && cell.arm < result_.arms.size()) largest = std::max(largest, cell.T);
    return largest;
}

std::vector<std::string> StudyView::detail_layers(Tick T) const {
    std::vector<std::string> layers;
    for (std::size_t arm = 0; arm < result_.arms.size(); ++arm) {
        const StudyCell* here = cell(arm, T);
        if (here == nullptr) continue;
        for (const LayerDetail& detail : here->details)
            if (std::find(layers.begin(), layers.end(), detail.name) == layers.end()) layers.push_back(detail.name);
    }
    return layers;
}

const LayerDetail* detail_of(const StudyCell* cell, const std::string& layer) {
    if (cell == nullptr) return nullptr;
    for (const LayerDetail& detail : cell->details)
        if (detail.name == layer) return &detail;
    return nullptr;
}

SeriesStyle arm_style(std::size_t arm) { return arm == 0 ? baseline_style() : series_style(arm - 1); }

}  // namespace syncopate::report
