#include "io/study/detail_pass.hpp"

#include "core/index.hpp"
#include "io/study/study_ann.hpp"
#include "topology/activations.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace syncopate {

namespace {

/// Collects the spike times that the layers of one network pass on in one sample.
class TimingObserver final : public Observer {
public:
    TimingObserver(const Arm& network, std::size_t layers, Tick T, std::optional<std::size_t> traced)
        : network_(network), traced_(traced) {
        for (std::size_t layer = 0; layer < layers; ++layer) {
            const Shape& shape = network.network().populations[network.sender(layer)].shape;
            layer_of_.emplace(network.sender(layer), layer);
            times.emplace_back(to_size(shape.size()));
            by_tick.emplace_back(to_size(T), 0);
        }
    }

    bool wants_spikes(std::size_t population) const override { return layer_of_.contains(population); }
    void spikes(std::size_t population, const Window& window) override {
        const auto found = layer_of_.find(population);
        if (found == layer_of_.end()) return;
        // Times are taken where the layer's spikes are passed on, which is behind its relay, if it has one. Two layers
        // never have the same sender, so a window belongs to one of them.
        const Shape& shape = network_.network().populations[population].shape;
        times[found->second].add(window, shape);
        SpikeTrain train;
        append_spikes(train, window, shape);
        for (const std::int32_t time : train.times) ++by_tick[found->second][to_size(time)];
        // Whole trains of one layer in one sample only: those of all layers in all arms would be as large as a raster
        // of the study.
        if (traced_ != found->second) return;
        trains.resize(to_size(shape.size()));
        for (std::size_t s = 0; s < train.times.size(); ++s) trains[to_size(train.ids[s])].push_back(train.times[s]);
    }

    std::vector<NeuronTimes> times;                  // of every layer
    std::vector<std::vector<std::int64_t>> by_tick;  // of every layer
    std::vector<std::vector<Tick>> trains;           // of the traced layer

private:
    const Arm& network_;
    std::optional<std::size_t> traced_;
    std::map<std::size_t, std::size_t> layer_of_;
};

std::vector<DetailCell> empty_cells(const DetailRequest& request) {
    std::vector<DetailCell> cells;
    for (std::size_t t = 0; t < request.study.T.size(); ++t) {
        for (std::size_t arm = 0; arm < request.study.arms.size(); ++arm) {
            // Asked of the plan, so that workers and the sum have the same cells in the same order and can be added by
            // position; an order of T ticks has no cell at another T.
            const bool is_run = std::ranges::any_of(
                request.study.plan.runs, [&](const PlannedRun& run) { return run.arm == arm && run.T == t; });
            if (!is_run) continue;
            cells.push_back(
                {arm, t, std::vector<LayerTiming>(request.layers.size(), LayerTiming(request.study.T[t])), {}});
        }
    }
    return cells;
}

/// One worker's sums.
class DetailWorker {
public:
    /// `ann`: none if the network has none.
    DetailWorker(const DetailRequest& request, const StudyAnn* ann)
        : request_(request), ann_(ann), cells_(empty_cells(request)) {
        if (ann_ != nullptr) inference_.emplace(ann_->make_workspace());
    }

    void add(const Sample& sample, bool is_first) {
        const auto serial = make_serial_executor();
        const std::vector<std::int32_t> input =
            to_fixed_input(sample.values, request_.study.arms.front()->network().input_exponent);
        std::vector<std::vector<float>> activations;
        if (ann_ != nullptr) activations = ann_->activations(sample, *inference_);
        for (DetailCell& cell : cells_) {
            const Arm& network = *request_.study.arms[cell.arm];
            const Tick T = request_.study.T[cell.T];
            Workspace& workspace = workspaces_.of(network);
            TimingObserver observer(network, cell.layers.size(), T,
                                    is_first ? std::optional(request_.traced) : std::nullopt);
            network.engine().run(workspace,
                                 {.input = input,
                                  .duration = T,
                                  .key = {request_.study.seeds.front(), static_cast<std::uint32_t>(sample.index)}},
                                 *serial, observer);
            // All is read before the next arm runs: arms of one kind have the workspace in common, and the next run
            // overwrites potentials and counts. These are of the layer's own neurons (position p), while times are of
            // whoever passes its spikes on: a relay may drop spikes, and has no potential.
            if (is_first) cell.trains = std::move(observer.trains);
            for (std::size_t layer = 0; layer < cell.layers.size(); ++layer) {
                const auto p = request_.layers[layer];
                const CompiledPopulation& population = network.network().populations[p];
                const std::vector<std::int32_t> counts = network.engine().spike_counts(workspace, p);
                cell.layers[layer].add_times(observer.times[layer], observer.by_tick[layer]);
                cell.layers[layer].add_residuals(population,
                                                 activation_caps(request_.graph.populations[p], population, T), counts,
                                                 network.engine().potentials(workspace, p));
                if (ann_ != nullptr) cell.layers[layer].add_ann(population, counts, activations[layer]);
            }
        }
    }

    std::vector<DetailCell>& cells() { return cells_; }

private:
    const DetailRequest& request_;
    const StudyAnn* ann_;
    std::vector<DetailCell> cells_;
    std::optional<InferenceWorkspace> inference_;
    ArmWorkspaces workspaces_;
};

}  // namespace

std::vector<DetailCell> run_details(const DetailRequest& request, const SampleLoader& load, Executor& executor,
                                    const std::function<void(std::int64_t)>& done) {
    std::optional<StudyAnn> ann;
    if (has_ann(request.graph)) ann.emplace(request.graph, request.layers);
    // One sum a worker, made when its first sample comes: histograms of every layer, arm and T are large. All sums are
    // of whole numbers, so it does not matter which samples a worker had, nor in which order the sums are added.
    std::vector<std::optional<DetailWorker>> workers(to_size(executor.concurrency()));
    executor.for_each(request.samples, [&](int worker, std::int64_t position) {
        auto& own = workers[to_size(worker)];
        if (!own) own.emplace(request, ann ? &*ann : nullptr);
        own->add(load(position), position == 0);
        done(1);
    });
    std::vector<DetailCell> cells = empty_cells(request);
    for (auto& worker : workers) {
        if (!worker) continue;
        for (std::size_t c = 0; c < cells.size(); ++c) {
            for (std::size_t layer = 0; layer < cells[c].layers.size(); ++layer)
                cells[c].layers[layer].merge(worker->cells()[c].layers[layer]);
            // Only the worker that had the first sample has trains.
            if (!worker->cells()[c].trains.empty()) cells[c].trains = std::move(worker->cells()[c].trains);
        }
    }
    return cells;
}

}  // namespace syncopate
