#include "io/cli/run_job.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "io/cli/chosen_samples.hpp"
#include "io/cli/delivery_option.hpp"
#include "io/cli/executor_choice.hpp"
#include "io/cli/output_paths.hpp"
#include "io/cli/report_output.hpp"
#include "io/cli/usable_threads.hpp"
#include "io/formats/network/network_file.hpp"
#include "io/formats/raster/raster_writer.hpp"
#include "io/progress.hpp"
#include "io/run/asked_ticks.hpp"
#include "io/run/classes.hpp"
#include "io/run/idle_relays.hpp"
#include "io/run/latency.hpp"
#include "io/run/prediction_file.hpp"
#include "io/run/probe_windows.hpp"
#include "io/run/recorders.hpp"
#include "io/run/run_report.hpp"
#include "io/run/simulation.hpp"
#include "io/version.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <utility>

namespace syncopate {

namespace {

RasterEncoding encoding_of(const std::string& name) {
    return name == "counts"   ? RasterEncoding::counts
           : name == "bitset" ? RasterEncoding::bitset
                              : RasterEncoding::events;
}

std::vector<NamedPath> outputs_of(const RunOptions& options) {
    return {{"--json", options.json, FileKind::run_report},
            {"--predictions", options.predictions, kind_of_predictions(options.predictions)},
            {"--raster", options.raster, FileKind::raster},
            {"--probe-file", options.probes.empty() ? "" : options.probe_file, FileKind::probe}};
}

/// A class, or nothing for −1.
std::optional<std::int32_t> known(std::int32_t number) { return number < 0 ? std::nullopt : std::optional(number); }

/// One call of `syncopate run`.
class RunJob {
public:
    RunJob(const RunOptions& options, const CommandLine& line)
        : options_(options),
          line_(line),
          graph_(load_network(options)),
          samples_(options.data, graph_),
          threads_(options.executor == "serial" ? 1 : options.threads.value_or(usable_threads())),
          executor_(make_executor(options.executor, threads_)),
          recorded_(options.record.empty() ? std::vector<std::size_t>{} : parse_populations(options.record, graph_)) {
        check_options();
    }

    ExitStatus run() {
        Simulation simulation(graph_, options_.duration, options_.seed, options_.delivery);
        const CompiledPopulation& out = simulation.network().populations[simulation.read_out()];
        require_classes_of(samples_.dataset(), out.shape);
        const bool has_classes = simulation.class_count() > 0;
        report_ = {.manifest = manifest(),
                   .statistics = {},
                   .network = &simulation.network(),
                   .has_labels = has_classes && samples_.dataset().has_labels(),
                   .has_ann = has_classes && simulation.has_ann(),
                   .has_asked_ticks = !options_.ticks.empty(),
                   .warnings = simulation.network().warnings};
        for (const std::string_view kind : simulation.engine().deliveries()) ++report_.deliveries[std::string(kind)];
        if (const auto warning = unheeded_delivery(options_.delivery, report_.deliveries))
            report_.warnings.push_back(*warning);
        for (const std::string& warning : idle_relays(graph_, options_.duration)) report_.warnings.push_back(warning);
        for (const std::string& warning : samples_.warnings()) report_.warnings.push_back(warning);
        if (const auto warning = map_warning(out.name, out.shape)) report_.warnings.push_back(*warning);
        for (const std::string& note : samples_.notes()) std::fprintf(stderr, "syncopate: note: %s\n", note.c_str());
        for (const std::string& warning : report_.warnings)
            std::fprintf(stderr, "syncopate: warning: %s\n", warning.c_str());
        // Before the run, since figures of an engine that differs from the reference are worth nothing.
        if (const auto difference = check(simulation)) {
            std::fprintf(stderr, "syncopate: the engine differs from the reference simulator: %s\n",
                         difference->c_str());
            return ExitStatus::differs;
        }
        listen(simulation);
        simulate(simulation);
        if (predictions_) predictions_->finish();
        write_report(
            options_.json, options_.is_quiet, [&] { return to_json(report_); }, [&] { return to_text(report_); });
        return ExitStatus::success;
    }

private:
    static LayerGraph load_network(const RunOptions& options) {
        LayerGraph graph = read_network(options.network);
        edit_graph(graph, options.graph);
        require_orders_of(options.graph, options.duration, "-T");
        return graph;
    }

    void check_options() const {
        if (recorded_.empty() != options_.raster.empty()) {
            throw UsageError(options_.raster.empty() ? "--record needs --raster FILE to write to"
                             : options_.record.empty()
                                 ? "--raster needs --record POPULATIONS (or all)"
                                 : "--record " + options_.record + ": the network has no population that sends spikes");
        }
        if (!options_.predictions.empty()) require_prediction_name(options_.predictions);
        require_distinct(named_paths("--data", samples_.dataset().files), outputs_of(options_));
        require_writable(outputs_of(options_));
    }

    RunManifest manifest() const {
        return {.version = version(),
                .commit = commit(),
                .network = options_.network,
                .network_hash = network_hash(options_.network),
                .data = options_.data.path,
                .data_format = samples_.dataset().format,
                .data_hash = dataset_hash(samples_.dataset()),
                .input_range = to_string(samples_.range()),
                .classes = samples_.class_folders(),
                .samples = options_.data.samples,
                .seed = options_.seed,
                .T = options_.duration,
                .threads = threads_,
                .executor = options_.executor,
                .cpu = processor(),
                .options = line_.words};
    }

    /// Long samples count tick by tick.
    bool counts_ticks() const { return options_.duration > last_tick_kept; }

    void listen(Simulation& simulation) {
        const bool is_anytime = latency_of(simulation.network(), options_.duration).is_anytime();
        RunListener listener{.judged_ticks = parse_ticks(options_.ticks, options_.duration, is_anytime)};
        if (!options_.predictions.empty()) {
            listener.predicted_ticks =
                options_.ticks.empty() ? std::vector<Tick>{options_.duration} : listener.judged_ticks;
            open_predictions(simulation, listener.predicted_ticks);
            say_size();
            listener.predictions = &*predictions_;
        }
        if (counts_ticks()) listener.ticked = [this](std::int64_t ticks) { progress_->advance(ticks); };
        simulation.set_listener(std::move(listener));
    }

    void open_predictions(const Simulation& simulation, const std::vector<Tick>& ticks) {
        predictions_.emplace(
            options_.predictions,
            PredictionPlan{.samples = samples_.count(),
                           .ticks = ticks,
                           .classes = simulation.network().populations[simulation.read_out()].shape.size(),
                           .has_labels = samples_.dataset().has_labels(),
                           .has_ann = simulation.has_ann()});
    }

    void say_size() const {
        constexpr double worth_saying = 1e9;
        if (predictions_->bytes() < worth_saying) return;
        std::fprintf(stderr,
                     "syncopate: note: %s will take about %.1f GB; fewer --ticks or --samples make it smaller\n",
                     options_.predictions.c_str(), predictions_->bytes() / 1e9);
    }

    Sample load(std::int64_t position) const {
        Sample sample = samples_.load(position);
        sample.position = position;
        return sample;
    }

    void begin_progress(std::int64_t count) {
        std::string what = "samples";
        std::int64_t total = count;
        if (counts_ticks()) {
            what = "ticks of " + std::to_string(count) + (count == 1 ? " sample" : " samples");
            total = count * options_.duration;
        }
        progress_ = std::make_unique<Progress>(what, total, is_progress_shown());
    }

    void end_sample() {
        if (!counts_ticks()) progress_->advance(1);
    }

    std::optional<std::string> check(const Simulation& simulation) {
        const std::int64_t count = std::min<std::int64_t>(options_.check, samples_.count());
        Progress progress("samples checked", count, is_progress_shown());
        std::vector<std::optional<std::string>> differences(to_size(count));
        executor_->for_each(count, [&](int, std::int64_t s) {
            differences[to_size(s)] = first_difference(simulation, samples_.load(s), line_.reference);
            progress.advance(1);
        });
        // The first by position, not the first that was found: which one that is would depend on the threads.
        for (const auto& difference : differences) {
            if (difference) return difference;
        }
        report_.checked_samples = count;
        return std::nullopt;
    }

    bool is_progress_shown() const { return !options_.is_quiet && Progress::is_terminal(); }

    /// Samples that somebody watches run one after the other, the others in parallel.
    void simulate(const Simulation& simulation) {
        const auto begin = std::chrono::steady_clock::now();
        const std::int64_t count = samples_.count();
        begin_progress(count);
        report_.statistics = simulation.no_statistics();
        std::int64_t watched = 0;
        if (!options_.raster.empty()) watched = std::min(count, options_.record_samples);
        if (!options_.probes.empty()) watched = std::max<std::int64_t>(watched, 1);
        // A raster is written sample by sample, in order and from one thread; the rest has no order to keep and runs in
        // parallel. What the statistics say does not depend on the split, because they are sums of whole numbers.
        if (watched > 0) watch(simulation, watched);
        report_.statistics.merge(simulation.run(
            count - watched, [&](std::int64_t s) { return load(watched + s); }, *executor_,
            [&](std::int64_t) { end_sample(); }));
        progress_.reset();
        report_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        report_.peak_memory = peak_memory();
    }

    RunHeader run_header() const {
        return {.version = version(),
                .network = std::filesystem::path(options_.network).filename().string(),
                .network_hash = report_.manifest.network_hash,
                .T = options_.duration,
                .seed = options_.seed,
                .edits = edit_texts(options_.graph)};
    }

    void watch(const Simulation& simulation, std::int64_t count) {
        std::optional<RasterWriter> writer;
        Observer nobody;
        std::optional<RasterRecorder> recorder;
        if (!options_.raster.empty()) {
            writer.emplace(options_.raster,
                           RasterHeader{.run = run_header(),
                                        .layers = raster_layers(simulation.network(), recorded_, options_.duration)},
                           RasterOptions{.encoding = encoding_of(options_.encoding)});
            recorder.emplace(simulation.network(), recorded_, options_.duration, *writer);
        }
        for (std::int64_t s = 0; s < count; ++s) {
            const Sample sample = load(s);
            const bool is_probed = s == 0 && !options_.probes.empty();
            std::vector<PopulationProbe> probes;
            if (is_probed) probes = parse_probes();
            const bool is_recorded = writer && s < options_.record_samples;
            if (is_recorded) writer->begin_sample();
            Observer& observer = is_recorded ? *recorder : nobody;
            const SampleOutcome outcome =
                simulation.run_observed(sample, *executor_, observer, probes, report_.statistics);
            if (is_recorded) writer->end_sample({sample.index, known(sample.label), known(outcome.prediction)});
            if (is_probed) write_probe_file(simulation, sample, probes);
            end_sample();
        }
        if (!writer) return;
        writer->finish();
        if (count < samples_.count()) {
            report_.warnings.push_back(options_.raster + " holds the first " +
                                       std::to_string(std::min(count, options_.record_samples)) + " of " +
                                       std::to_string(samples_.count()) + " samples; --record-samples N records more");
            std::fprintf(stderr, "syncopate: note: %s\n", report_.warnings.back().c_str());
        }
        if (writer->truncated())
            std::fprintf(stderr, "syncopate: warning: %s reached its size limit and holds fewer samples than asked\n",
                         options_.raster.c_str());
    }

    std::vector<PopulationProbe> parse_probes() const {
        std::vector<PopulationProbe> probes;
        for (const std::string& text : options_.probes) {
            PopulationProbe probe = parse_probe(text, graph_);
            const bool is_twice =
                std::ranges::any_of(probes, [&](const PopulationProbe& p) { return p.population == probe.population; });
            if (is_twice)
                throw UsageError("--probe " + text +
                                 ": the population is probed twice; list its neurons together, as in conv1:17,204");
            probes.push_back(std::move(probe));
        }
        return probes;
    }

    void write_probe_file(const Simulation& simulation, const Sample& sample,
                          const std::vector<PopulationProbe>& probes) const {
        ProbeRecord record{.run = run_header()};
        for (const PopulationProbe& probe : probes)
            append_probes(record, sample.index, simulation.network().populations[probe.population], probe);
        write_probes(record, options_.probe_file);
    }

    const RunOptions& options_;
    const CommandLine& line_;
    LayerGraph graph_;
    ChosenSamples samples_;
    int threads_;
    std::unique_ptr<Executor> executor_;
    std::vector<std::size_t> recorded_;
    RunReport report_;
    std::optional<PredictionFile> predictions_;
    std::unique_ptr<Progress> progress_;
};

}  // namespace

ExitStatus run_job(const RunOptions& options, const CommandLine& line) {
    require_kind(options.network, FileKind::network);
    require_distinct(input_paths(options.network, options.data), outputs_of(options));
    return RunJob(options, line).run();
}

}  // namespace syncopate
