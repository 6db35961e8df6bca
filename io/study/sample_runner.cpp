#include "io/study/sample_runner.hpp"

#include "core/engine/executor.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "io/run/classes.hpp"

#include <algorithm>
#include <utility>

namespace syncopate {

/// Watches one run: the read-out, spikes that later runs want, and how many of them belong to shorter windows.
class SampleRunner::Keeper final : public Observer {
public:
    Keeper(SampleRunner& runner, const PlannedRun& run, const Arm& network)
        : runner_(runner), run_(run), network_(network), is_kept_(run.key.size(), false) {
        for (const SharedSpikes& kept : run.kept) is_kept_[kept.population] = true;
    }

    // As few as possible: of a population that nobody wants to see, and whose targets only sum their windows, the
    // engine counts spikes and makes no events at all.
    bool wants_spikes(std::size_t population) const override {
        return is_kept_[population] || counts_shorter(population);
    }
    void spikes(std::size_t population, const Window& window) override {
        // Windows are shown whether they were asked for or not, hence both tests. Kept ones are copied: the queue uses
        // the memory of a window again as soon as its own readers have passed it.
        if (is_kept_[population]) runner_.kept_[run_.key[population]].push_back(window);
        if (counts_shorter(population)) count_shorter(population, window);
    }
    void read_out(std::size_t population, Tick tick, std::span<const Charge> potential) override {
        if (population != network_.read_out()) return;
        tell_ticks(tick + 1);
        if (tick + 1 < runner_.study_.T[run_.T]) return;
        prediction = class_of(potential, class_count(network_.network().populations[population].shape));
        if (!runner_.options_.wants_logits) return;
        const std::int32_t bits = network_.network().populations[population].fraction_bits;
        for (const Charge v : potential) logits.push_back(from_charge(v, bits) / runner_.study_.T[run_.T]);
    }

    std::int32_t prediction = -1;
    std::vector<double> logits;

private:
    void tell_ticks(Tick passed) {
        constexpr Tick told_at_once = 64;
        // All workers add to one counter, so it is told of many ticks at once; the last tick tells the rest, so that
        // the sum over all runs is what was announced.
        if (!runner_.options_.ticked || (passed - told_ < told_at_once && passed < runner_.study_.T[run_.T])) return;
        runner_.options_.ticked(passed - told_);
        told_ = passed;
    }

    /// Whether a run with a shorter window has the same spikes.
    bool counts_shorter(std::size_t population) const {
        // The shortest window has nothing below it to count for. Populations whose history depends on T send something
        // else in a shorter window, which that window's own run counts.
        return run_.T > 0 && network_.network().populations[population].spikes() &&
               !runner_.study_.plan.depends_on_T[run_.key[population]];
    }

    void count_shorter(std::size_t population, const Window& window) {
        // Runs with a shorter window do not simulate these layers again, and replay only what somebody still needs, so
        // their spikes and costs have to be counted now, while the events pass. A tick belongs to every window that is
        // longer than it; the sums of one tick are made once and then added to all of them. The window of this run
        // itself is left out: the workspace has its counts at the end.
        const std::vector<std::int64_t>& fan_out = network_.fan_out(population);
        const Shape& shape = network_.network().populations[population].shape;
        const std::size_t row_size = to_size(shape.width) * to_size(shape.channels);
        std::vector<SpikeTally>& tallies = runner_.tallies_[run_.key[population]];
        std::size_t t = 0;  // the shortest window that still holds the tick
        for (Tick tick = window.ticks().begin; tick < window.ticks().end; ++tick) {
            // Ticks and windows both ascend, so this only ever moves on; beyond the longest of the shorter windows the
            // rest is of no interest.
            while (t < run_.T && runner_.study_.T[t] <= tick) ++t;
            if (t == run_.T) return;
            SpikeTally own;
            for (std::int32_t y = 0; y < shape.height; ++y) {
                const Window::Row row = window.row(tick, y);
                const std::size_t first = to_size(y) * row_size;
                for (const std::uint32_t position : row.positions)
                    own.synaptic_operations += fan_out.empty() ? 0 : fan_out[first + position];
                own.spikes += static_cast<std::int64_t>(row.positions.size());
            }
            for (std::size_t longer = t; longer < run_.T; ++longer) tallies[longer].add(own);
        }
    }

    SampleRunner& runner_;
    const PlannedRun& run_;
    const Arm& network_;
    Tick told_ = 0;
    std::vector<bool> is_kept_;
};

SampleRunner::SampleRunner(const StudyRuns& study, RunnerOptions options)
    : study_(study), options_(std::move(options)), kept_(study.plan.key_count), tallies_(study.plan.key_count) {}

void SampleRunner::run(const Sample& sample, SampleOutcomes& outcomes) {
    for (std::vector<Window>& windows : kept_) windows.clear();
    for (std::vector<SpikeTally>& tallies : tallies_) tallies.assign(study_.T.size(), {});
    outcomes.predictions.clear();
    outcomes.layers.clear();
    outcomes.logits.clear();
    try {
        // Edits add relays and change the neurons of layers, never the input: what the sample is in fixed point is the
        // same for all arms.
        const std::vector<std::int32_t> input =
            to_fixed_input(sample.values, study_.arms.front()->network().input_exponent);
        for (const PlannedRun& planned : study_.plan.runs) run(planned, sample, input, outcomes);
    } catch (const Error& error) {
        throw Error("sample " + std::to_string(sample.index) + ": " + error.what());
    }
}

void SampleRunner::run(const PlannedRun& planned, const Sample& sample, std::span<const std::int32_t> input,
                       SampleOutcomes& outcomes) {
    const Arm& network = *study_.arms[planned.arm];
    // The engine gets views of what is kept, while this run appends to the lists of other keys. They stay valid: the
    // outer list has its size from the beginning, a name is part of a key, so two populations of a network never share
    // one, and what is replayed is not simulated.
    std::vector<ReplayedSpikes> replayed;
    for (const SharedSpikes& shared : planned.replayed) replayed.push_back({shared.population, kept_[shared.key]});
    Keeper keeper(*this, planned, network);
    Workspace& workspace = workspaces_.of(network);
    // Samples are what runs in parallel; splitting one into bands as well would only add waiting.
    const auto serial = make_serial_executor();
    network.engine().run(workspace,
                         {.input = input,
                          .duration = study_.T[planned.T],
                          .key = {study_.seeds[planned.seed], static_cast<std::uint32_t>(sample.index)},
                          .replayed = replayed},
                         *serial, keeper);
    outcomes.predictions.push_back(keeper.prediction);
    outcomes.logits.insert(outcomes.logits.end(), keeper.logits.begin(), keeper.logits.end());
    for (std::size_t p = 0; p < planned.key.size(); ++p) {
        if (!planned.simulates[p]) continue;
        // By history, not by run: a later run that shares the history neither simulates nor counts it, and finds it
        // here.
        SpikeTally& tally = tallies_[planned.key[p]][planned.T];
        tally = {};
        const std::vector<std::int32_t>& counts = workspace.populations[p].spike_counts;
        for (const std::int32_t count : counts) tally.spikes += count;
        // What a spike costs is asked of the last relay behind the population: an arm without that relay has the same
        // history, and takes the tally for its own.
        const std::vector<std::int64_t>& fan_out = network.fan_out(p);
        for (std::size_t i = 0; i < fan_out.size(); ++i) tally.synaptic_operations += counts[i] * fan_out[i];
    }
    std::vector<SpikeTally>& layers = outcomes.layers.emplace_back();
    for (std::size_t layer = 0; layer < study_.layers; ++layer)
        layers.push_back(tallies_[planned.key[network.sender(layer)]][planned.T]);
    // Freed at the last use rather than at the end of the sample, when a worker would hold the spikes of all arms, at
    // every T, at once.
    for (const std::size_t key : planned.released) kept_[key].clear();
}

}  // namespace syncopate
