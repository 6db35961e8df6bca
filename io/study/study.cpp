#include "io/study/study.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "io/files/random_access_file.hpp"
#include "io/files/sha256.hpp"
#include "io/run/asked_ticks.hpp"
#include "io/run/classes.hpp"
#include "io/study/controls.hpp"
#include "io/study/detail_pass.hpp"
#include "io/study/graph_content.hpp"
#include "io/study/logit_store.hpp"
#include "io/study/study_ann.hpp"
#include "io/study/study_predictions.hpp"
#include "io/study/study_summary.hpp"
#include "io/study/study_tally.hpp"
#include "topology/activations.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

namespace syncopate {

namespace {

constexpr std::int64_t control_samples = 2;

/// What decides all figures of a study.
std::string identity_of(const StudyDesign& design) {
    // More than the files' hashes: the split and the range of samples choose among the data, labels may come from names
    // of folders, the graph can have been edited after it was read (--fraction-bits), and two builds of one commit may
    // differ. What is computed anew by every call, controls and the close look, is left out, so its options may change
    // between two calls. Every item ends with a separator, so that no two lists run into the same text.
    const StudyManifest& m = design.manifest;
    std::string text = m.version + "\n" + m.commit + "\n" + m.network_hash + "\n" + m.data_hash + "\n" + m.input_range +
                       "\n" + m.samples + "\n" + std::to_string(design.samples) + "\n" + design.split + "\n" +
                       design.build + "\n";
    for (const ArmEdit& arm : design.arms) text += arm.name + "@" + arm.layers + "\n";
    for (const Tick T : design.T) text += std::to_string(T) + ",";
    text += "\n";
    for (const std::uint64_t seed : design.seeds) text += std::to_string(seed) + ",";
    text += "\n";
    for (const std::int32_t label : design.labels) text += std::to_string(label) + ",";
    text += "\n" + graph_content(design.graph);
    Sha256 hash;
    hash.update(std::as_bytes(std::span(text)));
    return hash.digest();
}

}  // namespace

/// One study while it is carried out.
class Study::Job {
public:
    Job(const StudyDesign& design, const StudyConduct& conduct)
        : design_(design), conduct_(conduct), layers_(spiking_layers(design.graph)) {
        for (const ArmEdit& edit : design.arms)
            study_.arms.push_back(std::make_unique<Arm>(design.graph, edit, stores_));
        check_windows();
        study_.T = design.T;
        study_.seeds = design.seeds;
        study_.layers = layers_.size();
        // What can be refused without a sample is refused in here: networks that do not compile, a checkpoint of
        // another study, a disk that is too small. Whoever removes the results of an earlier study does it between the
        // two steps.
        study_.plan = plan_runs(study_.arms, study_.T, study_.seeds.size());
        if (has_ann(design.graph)) ann_.emplace(design.graph);
        tally_ = StudyTally(study_.plan.runs.size(), layers_.size(), to_size(design_.samples));
        if (!conduct_.restarts && std::filesystem::exists(conduct_.checkpoint)) {
            read_checkpoint(tally_, identity_of(design_), conduct_.checkpoint);
            tell_kept();
        }
        open_logits();
    }

    StudyResult run() {
        // First, and in every call, also in one that goes on: they cost two samples, and if one fails, the figures of a
        // day's computing would mean nothing.
        const std::vector<StudyControl> controls = control();
        const bool is_sound = std::ranges::none_of(controls, &StudyControl::has_failed);
        std::vector<DetailCell> details;
        if (is_sound) {
            simulate();
            details = look_closely();
            if (logits_)
                write_predictions({design_, study_, tally_, *logits_, classes(), ann_.has_value()},
                                  conduct_.predictions);
        }
        const Arm& network = *study_.arms.front();
        // A read-out that is a map chooses no class. The ANN's choice is then −1 for every sample, as the network's is,
        // and would be counted as perfect agreement.
        const bool has_classes = class_count(network.network().populations[network.read_out()].shape) > 0;
        StudyResult result = summarise({design_, study_, layers_, tally_, details, has_classes && ann_.has_value()});
        result.controls = controls;
        return result;
    }

private:
    void check_windows() const {
        for (const auto& arm : study_.arms) {
            for (const Tick T : design_.T) {
                const std::string where = arm->edit().name == "baseline" ? "" : "--arms " + arm->edit().name + ": ";
                if (arm->edit().runs_at(T)) check_tick_biases(arm->graph(), T, where);
            }
        }
    }

    std::int64_t classes() const {
        const Arm& network = *study_.arms.front();
        return network.network().populations[network.read_out()].shape.size();
    }

    void tell_kept() const {
        if (conduct_.kept) conduct_.kept(tally_.done());
    }

    void open_logits() {
        const StudyPredictions& wanted = conduct_.predictions;
        if (wanted.file.empty()) return;
        const LogitStore::Layout layout{static_cast<std::uint64_t>(design_.samples), study_.plan.runs.size(),
                                        static_cast<std::uint64_t>(classes())};
        // Asked before the first sample: logits have their full size from the beginning, but the disk takes them as
        // they come, so it would be found full after hours.
        const char* remedy = "choose fewer --arms, --seeds or --samples";
        require_space(wanted.file, prediction_bytes(wanted.file, layout), "--predictions", remedy);
        require_space(wanted.store, LogitStore::bytes_of(layout), "--predictions keeps logits in", remedy);
        logits_.emplace(wanted.store, identity_of(design_), layout, tally_.done() == 0);
        // The checkpoint knows classes only. A first call without --predictions leaves samples that are done but have
        // no logits, and zeros in their place would look like a result.
        for (std::size_t s = 0; s < tally_.is_done.size(); ++s) {
            if (tally_.is_done[s] != 0 && !logits_->has(s))
                throw Error(
                    conduct_.checkpoint.string() +
                    ": samples were done without --predictions, so their logits are not known; leave it out, or "
                    "give --restart");
        }
    }

    std::vector<StudyControl> control() {
        conduct_.progress("controls", 1, 0);
        const ControlRequest request{design_.graph, study_, layers_, std::min(control_samples, design_.samples),
                                     stores_};
        std::vector<StudyControl> controls = run_controls(request, conduct_.load);
        conduct_.progress("controls", 1, 1);
        return controls;
    }

    /// Samples that no checkpoint holds, in rounds: workers fill a round, then it is added and, every few seconds,
    /// kept.
    void simulate() {
        // Why rounds: a checkpoint has to be of whole samples. Between two rounds no worker is at work, so the tally
        // needs no lock and is never written half added. Which samples a round holds decides nothing, because the tally
        // is of whole numbers, so a round may be as long as time suggests.
        const std::string identity = identity_of(design_);
        std::vector<std::int64_t> missing;
        for (std::int64_t s = 0; s < design_.samples; ++s) {
            if (tally_.is_done[to_size(s)] == 0) missing.push_back(s);
        }
        conduct_.progress(what_is_counted(), design_.samples * counted_of_a_sample(), 0);
        using Clock = std::chrono::steady_clock;
        const auto interval = conduct_.checkpoint_interval;
        auto kept_at = Clock::now();
        const std::size_t workers = to_size(conduct_.executor.concurrency());
        // Some samples for each worker, so that one that takes longer is not waited for by all; halving ends at one
        // each.
        std::size_t round = 4 * workers;
        for (std::size_t begin = 0; begin < missing.size();) {
            const std::size_t count = std::min(round, missing.size() - begin);
            const auto began_at = Clock::now();
            for (const SampleOutcomes& outcomes : run_round(std::span(missing).subspan(begin, count)))
                tally_.add(outcomes);
            begin += count;
            // Rounds as long as about the interval: few waits for the slowest worker, little lost when killed.
            if (Clock::now() - began_at < interval / 2) round *= 2;
            if (Clock::now() - began_at > interval && round > workers) round /= 2;
            if (begin < missing.size() && Clock::now() - kept_at < interval) continue;
            // Logits first. If the machine dies in between, the checkpoint knows less than there is, and those samples
            // are run again; the other way round it would call samples done whose logits never reached the disk.
            if (logits_) logits_->synchronise();
            write_checkpoint(tally_, identity, conduct_.checkpoint);
            tell_kept();
            kept_at = Clock::now();
        }
    }

    /// Long samples count tick by tick, over all runs.
    bool counts_ticks() const { return design_.T.back() > last_tick_kept; }
    std::string what_is_counted() const {
        if (!counts_ticks()) return "samples";
        return "ticks of " + std::to_string(design_.samples) + (design_.samples == 1 ? " sample" : " samples");
    }
    std::int64_t counted_of_a_sample() const {
        if (!counts_ticks()) return 1;
        std::int64_t ticks = 0;
        for (const PlannedRun& run : study_.plan.runs) ticks += study_.T[run.T];
        return ticks;
    }

    std::unique_ptr<SampleRunner> make_runner() {
        RunnerOptions options{.wants_logits = logits_.has_value()};
        if (counts_ticks()) {
            options.ticked = [this](std::int64_t ticks) {
                conduct_.progress(what_is_counted(), design_.samples * counted_of_a_sample(), ticks);
            };
        }
        return std::make_unique<SampleRunner>(study_, std::move(options));
    }

    std::vector<SampleOutcomes> run_round(std::span<const std::int64_t> positions) {
        // A place for each sample, so that workers write without a lock. A worker's memory is made by the first piece
        // it gets: with fewer samples than threads, most never need any.
        std::vector<SampleOutcomes> outcomes(positions.size());
        runners_.resize(to_size(conduct_.executor.concurrency()));
        inferences_.resize(runners_.size());
        conduct_.executor.for_each(std::ssize(positions), [&](int worker, std::int64_t k) {
            const auto w = to_size(worker);
            if (runners_[w] == nullptr) runners_[w] = make_runner();
            const Sample sample = conduct_.load(positions[to_size(k)]);
            SampleOutcomes& own = outcomes[to_size(k)];
            own.position = positions[to_size(k)];
            if (ann_) {
                if (!inferences_[w]) inferences_[w] = ann_->make_workspace();
                own.ann = ann_->class_of(sample, *inferences_[w]);
            }
            runners_[w]->run(sample, own);
            if (logits_) {
                logits_->write(static_cast<std::uint64_t>(own.position), own.logits);
                // Kept until the round is added, they would be all runs times all classes for every sample of it.
                own.logits = {};
            }
            if (!counts_ticks()) conduct_.progress(what_is_counted(), design_.samples, 1);
        });
        return outcomes;
    }

    std::vector<DetailCell> look_closely() {
        const std::int64_t samples = std::min(design_.detail_samples, design_.samples);
        if (samples == 0) return {};
        conduct_.progress("samples looked at closely", samples, 0);
        const DetailRequest request{study_, design_.graph, layers_, traced_layer(study_.arms, layers_), samples};
        return run_details(request, conduct_.load, conduct_.executor,
                           [&](std::int64_t n) { conduct_.progress("samples looked at closely", samples, n); });
    }

    const StudyDesign& design_;
    const StudyConduct& conduct_;
    std::vector<PopulationIndex> layers_;
    ArmStores stores_;
    StudyRuns study_;
    StudyTally tally_;
    std::optional<StudyAnn> ann_;
    std::optional<LogitStore> logits_;
    std::vector<std::unique_ptr<SampleRunner>> runners_;         // of every worker
    std::vector<std::optional<InferenceWorkspace>> inferences_;  // of every worker
};

Study::Study(const StudyDesign& design, const StudyConduct& conduct) : job_(std::make_unique<Job>(design, conduct)) {}

Study::~Study() = default;

StudyResult Study::run() { return job_->run(); }

double study_memory(const StudyDesign& design, int workers) {
    // In floating point, because products of what users ask for can be beyond 64 bits, and the answer only has to say
    // whether it fits.
    double weights = 0.0, neurons = 0.0, spiking = 0.0, linear = 0.0, ticks = 0.0;
    for (const Tensor& tensor : design.graph.tensors) weights += static_cast<double>(tensor.values.size());
    for (const Population& population : design.graph.populations) {
        neurons += static_cast<double>(population.shape.size());
        if (sends_spikes(population.model)) spiking += static_cast<double>(population.shape.size());
        if (population.model.role() == PopulationRole::linear) linear += static_cast<double>(population.shape.size());
    }
    for (const Tick T : design.T) ticks += T;
    const double arms = static_cast<double>(design.arms.size());
    const double layers = static_cast<double>(design.graph.populations.size());
    const double runs = arms * static_cast<double>(design.T.size()) * static_cast<double>(design.seeds.size());
    // Weights as charge and laid out with margins, which the arms share (measured: 16 to 18 bytes a weight). Of every
    // arm, biases, fan-out and tables of every neuron (39 bytes), about twice that with relays behind all layers.
    // Predictions, and the checkpoint that is made of them. A worker's windows: the spikes that later runs want, and
    // those that are held, at a rate of 1/4 and with room to grow. Histograms of the close look.
    return 18.0 * weights + arms * 72.0 * neurons + 12.0 * runs * static_cast<double>(design.samples) +
           (4.0 * spiking + 8.0 * linear) * static_cast<double>(design.T.back()) * workers +
           (design.detail_samples > 0 ? 40.0 * arms * layers * ticks * (workers + 1) : 0.0);
}

StudyResult run_study(const StudyDesign& design, const StudyConduct& conduct) { return Study(design, conduct).run(); }

}  // namespace syncopate
