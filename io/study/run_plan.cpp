#include "io/study/run_plan.hpp"

#include "core/engine/liveness.hpp"
#include "core/index.hpp"
#include "topology/edits.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace syncopate {

namespace {

// Why runs may share spikes.
//
// The spikes of a population are a function of its content, of its sources' spikes, and of seed and T where they
// matter: of the seed only if it, or somebody before it, draws; of T only if it, or somebody before it, holds a whole
// window, because all others do at a tick what the ticks before it say, whatever is to come. So a text made of content,
// sources' keys and, where they matter, seed and T names a history: equal texts, equal spikes. By induction along the
// topological order the same holds for the keys that stand for texts.
//
// Two things follow. A run needs to compute only what has a new key, and starts from the nearest known spikes before
// it. And a history that does not depend on T is, at a shorter T, the beginning of the one at a longer T: with the
// longest T first, shorter windows are known already. On a cycle the argument fails, for a source's history is not
// known when it is asked; there the arm itself is made part of the text, which shares nothing and is always right.

/// The history of a population's spikes.
struct History {
    std::size_t key = 0;
    bool depends_on_T = false;
    bool depends_on_seed = false;
};

/// Numbers histories: equal ones get one key.
class Histories {
public:
    std::vector<History> of(const Arm& own, std::size_t arm, std::size_t T, std::size_t seed) {
        const LayerGraph& graph = own.graph();
        std::vector<std::optional<History>> known(graph.populations.size());
        for (const PopulationIndex p : topological_order(graph)) known[p] = history(own, p, known, {arm, T, seed});
        std::vector<History> result;
        for (const auto& history : known) result.push_back(*history);
        return result;
    }

    std::size_t count() const { return keys_.size(); }
    std::vector<bool> depends_on_T() const { return depends_on_T_; }

private:
    struct Site {
        std::size_t arm, T, seed;
    };

    History history(const Arm& own, std::size_t p, const std::vector<std::optional<History>>& known, Site site) {
        const LayerGraph& graph = own.graph();
        const Population& population = graph.populations[p];
        History result{0, population.model.info().holds_window, population.model.has_chance()};
        std::string text = own.contents()[p];
        bool is_on_cycle = false;
        for (const Projection& projection : graph.projections) {
            if (projection.target != p) continue;
            const auto& source = known[projection.source];
            is_on_cycle = is_on_cycle || !source;  // not served yet: the spikes come from an earlier tick
            if (!source) continue;
            result.depends_on_T = result.depends_on_T || source->depends_on_T;
            result.depends_on_seed = result.depends_on_seed || source->depends_on_seed;
            text += "|" + std::to_string(source->key);
        }
        if (is_on_cycle) {
            // A cycle's history cannot be told from its sources; it is not shared with other runs.
            text += "|arm " + std::to_string(site.arm);
            result.depends_on_T = result.depends_on_seed = true;
        }
        if (result.depends_on_T) text += "|T " + std::to_string(site.T);
        if (result.depends_on_seed) text += "|seed " + std::to_string(site.seed);
        const auto [found, is_new] = keys_.emplace(text, keys_.size());
        if (is_new) depends_on_T_.push_back(result.depends_on_T);
        result.key = found->second;
        return result;
    }

    std::map<std::string, std::size_t> keys_;
    std::vector<bool> depends_on_T_;
};

/// What the run computes, and from which of the known spikes it starts. What sends to nobody is computed too, or known:
/// its spikes count.
void plan_run(const LayerGraph& graph, const std::vector<bool>& is_known, PlannedRun& run) {
    const std::size_t count = graph.populations.size();
    // Only spikes are kept, so what sends none is never given, though its history may be known. A read-out is therefore
    // simulated by every run, which is what a run is for; a linear population, if somebody who is simulated needs its
    // values.
    std::vector<bool> is_given(count, false);
    for (std::size_t p = 0; p < count; ++p)
        is_given[p] = is_known[run.key[p]] && sends_spikes(graph.populations[p].model);
    std::vector<ProjectionEnds> projections;
    std::vector<bool> has_targets(count, false), is_needed(count, false);
    for (const Projection& projection : graph.projections)
        projections.push_back({projection.source, projection.target});
    run.simulates = live_populations(projections, is_given);
    for (const ProjectionEnds& ends : projections) {
        has_targets[ends.source] = true;
        if (run.simulates[ends.target]) is_needed[ends.source] = true;
    }
    for (std::size_t p = 0; p < count; ++p) {
        // What only known populations need is not simulated and not replayed, and still has its count: who is known has
        // known sources, since their keys are part of its text, so some earlier run has counted them.
        if (is_given[p] && (is_needed[p] || !has_targets[p])) run.replayed.push_back({p, run.key[p]});
    }
}

/// Which spikes have to be kept, and until when.
void plan_keeping(std::span<const std::unique_ptr<Arm>> arms, RunPlan& plan) {
    // A second pass, because what a run has to keep depends on runs after it. Kept without a use, spikes would stay
    // until the sample ends; each used key is freed once, by the last run that replays it.
    std::vector<std::size_t> last_use(plan.key_count, 0);
    std::vector<bool> is_used(plan.key_count, false);
    for (std::size_t r = 0; r < plan.runs.size(); ++r) {
        for (const SharedSpikes& shared : plan.runs[r].replayed) {
            last_use[shared.key] = r;
            is_used[shared.key] = true;
        }
    }
    for (std::size_t key = 0; key < plan.key_count; ++key) {
        if (is_used[key]) plan.runs[last_use[key]].released.push_back(key);
    }
    for (PlannedRun& run : plan.runs) {
        const LayerGraph& graph = arms[run.arm]->graph();
        for (std::size_t p = 0; p < run.key.size(); ++p) {
            if (run.simulates[p] && is_used[run.key[p]] && sends_spikes(graph.populations[p].model))
                run.kept.push_back({p, run.key[p]});
        }
    }
}

}  // namespace

RunPlan plan_runs(std::span<const std::unique_ptr<Arm>> arms, std::span<const Tick> T, std::size_t seeds) {
    RunPlan plan;
    Histories histories;
    // The order is the sharing: the longest window first, since a shorter one is its beginning and not the other way
    // round; then the baseline, which has the most in common with all others; seeds innermost, so that an arm's runs
    // come in their order.
    for (std::size_t t = T.size(); t-- > 0;) {
        for (std::size_t arm = 0; arm < arms.size(); ++arm) {
            if (!arms[arm]->edit().runs_at(T[t])) continue;
            for (std::size_t seed = 0; seed < (arms[arm]->has_chance() ? seeds : 1); ++seed) {
                PlannedRun run{.arm = arm,
                               .T = t,
                               .seed = seed,
                               .key = {},
                               .simulates = {},
                               .replayed = {},
                               .kept = {},
                               .released = {}};
                for (const History& history : histories.of(*arms[arm], arm, t, seed)) run.key.push_back(history.key);
                plan.runs.push_back(std::move(run));
            }
        }
    }
    plan.key_count = histories.count();
    plan.depends_on_T = histories.depends_on_T();
    // A run is told what it need not simulate from what runs before it simulate, so this goes in the order in which
    // they will be carried out.
    std::vector<bool> is_known(plan.key_count, false);
    for (PlannedRun& run : plan.runs) {
        const LayerGraph& graph = arms[run.arm]->graph();
        plan_run(graph, is_known, run);
        for (std::size_t p = 0; p < run.key.size(); ++p) {
            if (run.simulates[p]) is_known[run.key[p]] = true;
        }
    }
    plan_keeping(arms, plan);
    return plan;
}

}  // namespace syncopate
