#include "io/run/simulation.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "io/run/classes.hpp"
#include "io/run/judge.hpp"
#include "topology/activations.hpp"
#include "topology/compiler/compile.hpp"

#include <algorithm>

namespace syncopate {

namespace {

/// Samples that one piece of work takes; also the inner batch of the ANN.
constexpr std::int64_t batch = 8;

/// Throws UsageError if a relay orders another number of ticks than the window has, or a bias was made for another.
const LayerGraph& made_for(const LayerGraph& graph, Tick duration) {
    for (const Population& population : graph.populations) {
        const Rearrangement* const rule = population.model.rearrangement();
        if (rule == nullptr) continue;
        const std::optional<Tick> ticks = (*rule)->only_duration();
        // Known before anything is compiled, and said in the user's terms: the rule itself would refuse only when its
        // first window comes, as an error of the sample that was being run.
        if (ticks.value_or(duration) == duration) continue;
        throw UsageError("relay \"" + population.name + "\" orders " + std::to_string(*ticks) +
                         " ticks, but the window has T = " + std::to_string(duration) + "; give an order of all " +
                         std::to_string(duration) + " ticks");
    }
    check_tick_biases(graph, duration);
    return graph;
}

}  // namespace

std::size_t find_read_out(const CompiledNetwork& network) {
    std::optional<std::size_t> found;
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
        if (!network.populations[p].is_read_out()) continue;
        // What is right, and how far it has come, is asked of one read-out; a second would be simulated and ignored.
        if (found) {
            throw Error("the network has two read-outs, \"" + network.populations[*found].name + "\" and \"" +
                        network.populations[p].name + "\"; running on a data set needs exactly one");
        }
        found = p;
    }
    if (!found) throw Error("the network has no read-out; running on a data set needs exactly one");
    return *found;
}

Simulation::Simulation(const LayerGraph& graph, Tick duration, std::uint64_t seed, std::string_view delivery)
    : network_(compile(made_for(graph, duration))),
      engine_(network_, {.plan = {.delivery = delivery}}),
      duration_(duration),
      seed_(seed),
      read_out_(find_read_out(network_)),
      class_count_(syncopate::class_count(network_.populations[read_out_].shape)) {
    if (!syncopate::has_ann(graph)) return;
    ann_graph_ = ann_of(graph);
    ann_.emplace(*ann_graph_, InferenceOptions{.batch = to_size(batch), .observed = {ann_graph_->output}});
}

RunStatistics Simulation::no_statistics() const {
    if (listener_.judged_ticks.empty()) return {network_.populations.size(), duration_};
    return {network_.populations.size(), listener_.judged_ticks};
}

std::vector<std::int32_t> Simulation::ann_predictions(std::span<const Sample> samples,
                                                      InferenceWorkspace& workspace) const {
    std::vector<std::int32_t> predictions(samples.size(), -1);
    const auto inputs = to_size(ann_graph_->input_shape().size());
    const auto outputs = to_size(ann_graph_->output_shape().size());
    std::vector<float> values(inputs * samples.size());
    for (std::size_t s = 0; s < samples.size(); ++s) {
        for (std::size_t i = 0; i < inputs; ++i) values[s * inputs + i] = static_cast<float>(samples[s].values[i]);
    }
    // All samples of a piece in one call: with oneDNN's arithmetic one with fewer costs the same (AnnInference::batch).
    std::vector<float> logits(outputs * samples.size());
    ann_->run(workspace, values, logits);
    for (std::size_t s = 0; s < samples.size(); ++s) {
        const auto own = std::span(logits).subspan(s * outputs, outputs);
        predictions[s] = class_of(std::span<const float>(own), class_count());
        if (listener_.predictions != nullptr) listener_.predictions->ann(samples[s], predictions[s], own);
    }
    return predictions;
}

SampleOutcome Simulation::simulate(const Sample& sample, const Circumstances& circumstances, Executor& bands,
                                   Workspace& workspace, RunStatistics& statistics) const {
    const std::int32_t ann_prediction = circumstances.ann_prediction;
    Judge judge(*this, sample, ann_prediction, circumstances.observer, statistics);
    std::vector<std::int32_t> input;
    try {
        input = to_fixed_input(sample.values, network_.input_exponent);
        const Shape& shape = network_.populations[network_.input].shape;
        // The engine wants an input of full size. In a replay that needs no data the sample has no values, and nobody
        // who is simulated reads these.
        if (!circumstances.replayed.empty()) input.resize(to_size(shape.size()), 0);
        engine_.run(workspace,
                    {.input = input,
                     .duration = duration_,
                     .key = key(sample),
                     .probes = circumstances.probes,
                     .replayed = circumstances.replayed},
                    bands, judge);
    } catch (const Error& error) {
        throw Error("sample " + std::to_string(sample.index) + ": " + error.what());
    }
    // Nothing of a sample that fails may count, so this comes behind the run; what the judge has added by then goes
    // with the exception, which ends the whole run.
    ++statistics.samples;
    statistics.ann_correct += ann_prediction >= 0 && ann_prediction == sample.label ? 1 : 0;
    for (std::size_t p = 0; p < network_.populations.size(); ++p) {
        for (const std::int32_t count : workspace.populations[p].spike_counts) {
            statistics.layers[p].spikes += count;
            statistics.layers[p].silent += count == 0 ? 1 : 0;
            statistics.layers[p].saturated += count == duration_ ? 1 : 0;
        }
    }
    statistics.synaptic_operations += engine_.synaptic_operations(workspace);
    return std::move(judge).outcome();
}

RunStatistics Simulation::run(std::int64_t count, const SampleLoader& load, Executor& executor,
                              const std::function<void(std::int64_t)>& done) const {
    const auto workers = to_size(executor.concurrency());
    // Statistics and memory belong to a worker, not to a piece: no lock is needed, since no two pieces run with one
    // worker at a time, and sums of integers do not tell who had which sample. A workspace is made by the worker's
    // first piece, because with few samples most workers never get one.
    std::vector<RunStatistics> statistics(workers, no_statistics());
    std::vector<std::optional<Workspace>> workspaces(workers);
    std::vector<std::optional<InferenceWorkspace>> inferences(workers);
    executor.for_each((count + batch - 1) / batch, [&](int worker, std::int64_t piece) {
        const auto w = to_size(worker);
        if (!workspaces[w]) workspaces[w] = engine_.make_workspace();
        if (ann_ && !inferences[w]) inferences[w] = ann_->make_workspace();
        std::vector<Sample> samples;
        for (std::int64_t s = piece * batch; s < std::min(count, (piece + 1) * batch); ++s) samples.push_back(load(s));
        std::vector<std::int32_t> predictions(samples.size(), -1);
        if (ann_) predictions = ann_predictions(samples, *inferences[w]);
        // Inside a piece everything is serial: the other threads have pieces of their own.
        const auto serial = make_serial_executor();
        for (std::size_t s = 0; s < samples.size(); ++s) {
            simulate(samples[s], {.ann_prediction = predictions[s]}, *serial, *workspaces[w], statistics[w]);
            done(1);
        }
    });
    RunStatistics total = no_statistics();
    for (const RunStatistics& own : statistics) total.merge(own);
    return total;
}

SampleOutcome Simulation::run_observed(const Sample& sample, Executor& bands, Observer& observer,
                                       std::span<PopulationProbe> probes, RunStatistics& statistics) const {
    Workspace workspace = engine_.make_workspace(bands.concurrency());
    std::int32_t ann_prediction = -1;
    if (ann_) {
        InferenceWorkspace inference = ann_->make_workspace();
        ann_prediction = ann_predictions({&sample, 1}, inference).front();
    }
    return simulate(sample, {.ann_prediction = ann_prediction, .observer = &observer, .probes = probes}, bands,
                    workspace, statistics);
}

SampleOutcome Simulation::replay(const Sample& sample, std::span<const ReplayedSpikes> replayed, Executor& bands,
                                 Observer* observer, RunStatistics& statistics) const {
    Workspace workspace = engine_.make_workspace(bands.concurrency());
    return simulate(sample, {.observer = observer, .replayed = replayed}, bands, workspace, statistics);
}

}  // namespace syncopate
