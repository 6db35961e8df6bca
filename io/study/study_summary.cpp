#include "io/study/study_summary.hpp"

#include "core/index.hpp"
#include "io/study/comparison.hpp"
#include "io/study/crossed.hpp"

#include <algorithm>
#include <utility>

namespace syncopate {

namespace {

// The report is one page that holds its pictures: permute:all alone makes 120 arms, and a layer can have a million
// neurons.
constexpr std::size_t shown_neurons = 24;
constexpr std::size_t most_rasters = 24;

class Summary {
public:
    explicit Summary(const StudyMaterial& material) : m_(material) {}

    StudyResult make() {
        describe();
        for (std::size_t t = 0; t < m_.study.T.size(); ++t) {
            for (std::size_t arm = 0; arm < m_.study.arms.size(); ++arm) add_cell(arm, t);
        }
        compare();
        add_rasters();
        return std::move(result_);
    }

private:
    void describe() {
        result_.manifest = m_.design.manifest;
        result_.T = m_.design.T;
        result_.samples = m_.tally.done();
        result_.detail_samples = m_.details.empty() ? 0 : std::min(m_.design.detail_samples, m_.design.samples);
        result_.has_labels = m_.design.has_labels;
        result_.has_ann = m_.has_ann;
        for (std::size_t s = 0; s < m_.tally.ann.size(); ++s)
            // A sample without a label has −1, and so has the class of an ANN that chooses none.
            result_.ann_correct +=
                m_.tally.is_done[s] != 0 && m_.tally.ann[s] >= 0 && m_.tally.ann[s] == m_.design.labels[s];
        add_warnings();
        for (const auto& own : m_.study.arms) {
            const ArmEdit& edit = own->edit();
            StudyArm arm{.name = edit.name,
                         .layers = edit.layers,
                         .family = edit.family,
                         .sentence = sentence_of(edit),
                         .edited = {},
                         .has_chance = own->has_chance()};
            for (const PopulationIndex p : edit.populations) arm.edited.push_back(m_.design.graph.populations[p].name);
            result_.arms.push_back(std::move(arm));
        }
    }

    /// Those of the design first, then what compiling the networks gave: most of it is the same for all arms.
    void add_warnings() {
        result_.warnings = m_.design.warnings;
        for (const auto& arm : m_.study.arms) {
            for (const std::string& warning : arm->network().warnings) {
                if (std::ranges::find(result_.warnings, warning) == result_.warnings.end())
                    result_.warnings.push_back(warning);
            }
        }
    }

    /// Runs of an arm at a T, in the order of their seeds.
    std::vector<std::size_t> runs_of(std::size_t arm, std::size_t t) const {
        std::vector<std::size_t> runs;
        // The plan has seeds innermost, so these come in the order of the seeds, which is what pairs them with the
        // baseline's.
        for (std::size_t r = 0; r < m_.study.plan.runs.size(); ++r) {
            const PlannedRun& run = m_.study.plan.runs[r];
            if (run.arm == arm && run.T == t) runs.push_back(r);
        }
        return runs;
    }

    SeedDraws draws_of(std::size_t arm) const {
        return m_.study.arms[arm]->has_common_draws() ? SeedDraws::common : SeedDraws::own;
    }

    /// Of several runs, over images and seeds.
    Interval accuracy_interval(const std::vector<std::size_t>& runs, SeedDraws draws) const {
        std::vector<std::size_t> done;
        for (std::size_t s = 0; s < m_.tally.is_done.size(); ++s) {
            if (m_.tally.is_done[s] != 0) done.push_back(s);
        }
        const CrossedSums sums =
            crossed_sums(std::ssize(done), std::ssize(runs), [&](std::int64_t image, std::int64_t seed) {
                const std::size_t s = done[to_size(image)];
                return m_.tally.predictions[runs[to_size(seed)]][s] == m_.design.labels[s] ? 1 : 0;
            });
        // A t-interval knows nothing of shares, and may reach beyond 0 or 1.
        const Interval interval = t_interval(crossed_mean(with_imagined_shares(sums), draws));
        return {std::max(interval.low, 0.0), std::min(interval.high, 1.0)};
    }

    void add_cell(std::size_t arm, std::size_t t) {
        const std::vector<std::size_t> runs = runs_of(arm, t);
        if (runs.empty()) return;
        const CompiledNetwork& network = m_.study.arms[arm]->network();
        const Tick T = m_.study.T[t];
        StudyCell cell{.arm = arm, .T = T, .seeds = {}, .interval = {}, .layers = {}, .details = {}, .comparison = {}};
        cell.extra_ticks = network.populations[m_.study.arms[arm]->read_out()].phase * T;
        for (const std::size_t r : runs) cell.seeds.push_back(outcome_of(r));
        if (cell.seeds.size() >= 2 && result_.samples > 0 && result_.has_labels)
            cell.interval = accuracy_interval(runs, draws_of(arm));
        for (std::size_t layer = 0; layer < m_.layers.size(); ++layer) {
            const Population& population = m_.design.graph.populations[m_.layers[layer]];
            SpikeTally tally;
            for (const std::size_t r : runs) tally.add(m_.tally.layers[r][layer]);
            cell.layers.push_back({population.name, population.shape, tally.spikes, tally.synaptic_operations});
        }
        for (const DetailCell& detail : m_.details) {
            if (detail.arm != arm || detail.T != t) continue;
            for (std::size_t layer = 0; layer < m_.layers.size(); ++layer)
                cell.details.push_back(detail.layers[layer].detail(cell.layers[layer].name));
        }
        result_.cells.push_back(std::move(cell));
    }

    SeedOutcome outcome_of(std::size_t r) const {
        SeedOutcome outcome{.seed = m_.study.seeds[m_.study.plan.runs[r].seed]};
        for (const SpikeTally& layer : m_.tally.layers[r]) {
            outcome.spikes += layer.spikes;
            outcome.synaptic_operations += layer.synaptic_operations;
        }
        const std::vector<std::int32_t>& predictions = m_.tally.predictions[r];
        for (std::size_t s = 0; s < predictions.size(); ++s) {
            if (m_.tally.is_done[s] == 0) continue;
            outcome.correct += predictions[s] == m_.design.labels[s] ? 1 : 0;
            outcome.agreement += predictions[s] == m_.tally.ann[s] ? 1 : 0;
        }
        return outcome;
    }

    /// Of two lists of runs, one for each seed, those of one seed; a list of one run, without chance, goes with each.
    PairedPredictions paired(const std::vector<std::size_t>& baseline, const std::vector<std::size_t>& arm) const {
        PairedPredictions pairs{
            .labels = m_.design.labels, .baseline = m_.tally.predictions[baseline.front()], .arm = {}};
        for (std::size_t s = 0; s < std::max(baseline.size(), arm.size()); ++s) {
            const std::size_t own = arm.size() == 1 ? arm.front() : arm[s];
            const std::size_t other = baseline.size() == 1 ? baseline.front() : baseline[s];
            pairs.arm.push_back({m_.study.seeds[s], m_.tally.predictions[own], m_.tally.predictions[other]});
        }
        return pairs;
    }

    void compare() {
        // A study without all its samples has no verdict: a control failed, and what there is comes from an earlier
        // call.
        if (!result_.has_labels || result_.samples != m_.design.samples) return;
        std::vector<StudyComparison*> comparisons;
        for (StudyCell& cell : result_.cells) {
            if (cell.arm == 0) continue;
            const auto t = to_size(std::ranges::find(m_.study.T, cell.T) - m_.study.T.begin());
            PairedPredictions pairs = paired(runs_of(0, t), runs_of(cell.arm, t));
            const Arm& baseline = *m_.study.arms.front();
            pairs.is_identical = m_.study.arms[cell.arm]->is_identical(baseline, cell.T);
            const bool is_common = draws_of(0) == SeedDraws::common || draws_of(cell.arm) == SeedDraws::common;
            pairs.draws = is_common ? SeedDraws::common : SeedDraws::own;
            cell.comparison = compare_with_baseline(pairs);
        }
        for (StudyCell& cell : result_.cells) {
            if (cell.comparison) comparisons.push_back(&*cell.comparison);
        }
        judge(comparisons);
    }

    const DetailCell* detail_of(std::size_t arm, std::size_t t) const {
        const auto found =
            std::ranges::find_if(m_.details, [&](const DetailCell& d) { return d.arm == arm && d.T == t; });
        return found == m_.details.end() ? nullptr : &*found;
    }

    /// The first sample's trains of a few neurons that spike, before and after each edit of the traced layer, at the
    /// longest window.
    void add_rasters() {
        const std::size_t t = m_.study.T.size() - 1;
        const DetailCell* const before = detail_of(0, t);
        if (before == nullptr) return;
        const std::size_t layer = traced_layer(m_.study.arms, m_.layers);
        const PopulationIndex population = m_.layers[layer];
        std::vector<std::int32_t> spiking;
        for (std::size_t i = 0; i < before->trains.size(); ++i) {
            if (!before->trains[i].empty()) spiking.push_back(static_cast<std::int32_t>(i));
        }
        if (spiking.empty()) return;
        // Chosen in the baseline, then the same in every arm, or before and after could not be compared; silent ones
        // would show nothing. Spread over all ids, because the first would mostly be of one channel. All are different,
        // since there are no more of them than there are to choose from.
        std::vector<std::int32_t> neurons;
        const std::size_t count = std::min(shown_neurons, spiking.size());
        for (std::size_t k = 0; k < count; ++k) neurons.push_back(spiking[k * spiking.size() / count]);
        for (std::size_t arm = 1; arm < m_.study.arms.size() && result_.rasters.size() < most_rasters; ++arm) {
            const DetailCell* const after = detail_of(arm, t);
            const std::vector<PopulationIndex>& edited = m_.study.arms[arm]->edit().populations;
            if (after == nullptr || std::ranges::find(edited, population) == edited.end()) continue;
            StudyRaster raster{.arm = arm,
                               .T = m_.study.T[t],
                               .layer = m_.design.graph.populations[population].name,
                               .sample = m_.design.first_sample,
                               .neurons = neurons,
                               .times = {},
                               .times_before = {}};
            for (const std::int32_t neuron : neurons) {
                raster.times_before.push_back(before->trains[to_size(neuron)]);
                raster.times.push_back(after->trains[to_size(neuron)]);
            }
            result_.rasters.push_back(std::move(raster));
        }
    }

    const StudyMaterial& m_;
    StudyResult result_;
};

}  // namespace

std::size_t traced_layer(std::span<const std::unique_ptr<Arm>> arms, std::span<const PopulationIndex> layers) {
    for (const auto& arm : arms) {
        const std::vector<PopulationIndex>& edited = arm->edit().populations;
        for (std::size_t layer = 0; layer < layers.size(); ++layer) {
            if (std::ranges::find(edited, layers[layer]) != edited.end()) return layer;
        }
    }
    return 0;
}

StudyResult summarise(const StudyMaterial& material) { return Summary(material).make(); }

}  // namespace syncopate
