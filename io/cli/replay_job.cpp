#include "io/cli/replay_job.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "io/cli/edit_effects.hpp"
#include "io/cli/executor_choice.hpp"
#include "io/cli/output_paths.hpp"
#include "io/cli/report_output.hpp"
#include "io/cli/usable_threads.hpp"
#include "io/files/sha256.hpp"
#include "io/formats/data/preprocess.hpp"
#include "io/formats/network/network_file.hpp"
#include "io/formats/raster/raster_reader.hpp"
#include "io/formats/raster/raster_writer.hpp"
#include "io/printable.hpp"
#include "io/progress.hpp"
#include "io/run/classes.hpp"
#include "io/run/idle_relays.hpp"
#include "io/run/layer_replay.hpp"
#include "io/run/recorders.hpp"
#include "io/run/replay_report.hpp"
#include "io/version.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace syncopate {

namespace {

constexpr Tick longest_window = 1 << 20;  // as of a run

std::vector<NamedPath> inputs_of(const ReplayOptions& options) {
    std::vector<NamedPath> inputs = input_paths(options.network, options.data);
    inputs.push_back({"--raster", options.raster});
    return inputs;
}

std::vector<NamedPath> outputs_of(const ReplayOptions& options) {
    return {{"--raster-out", options.raster_out, FileKind::raster}, {"--json", options.json, FileKind::replay_report}};
}

/// One call of `syncopate replay`: runs each sample as soon as the raster's reader has come to its end, so that no
/// more than one is in memory.
class ReplayJob final : public RasterSink {
public:
    ReplayJob(const ReplayOptions& options, const CommandLine& line)
        : options_(options),
          line_(line),
          graph_(read_network(options.network)),
          threads_(options.threads.value_or(usable_threads())),
          executor_(make_executor(default_executor(), threads_)) {
        require_data(options.data, "--data");
        edit_graph(graph_, options.graph);
        if (options.record.empty() != options.raster_out.empty()) {
            throw UsageError(options.raster_out.empty() ? "--record needs --raster-out FILE to write to"
                                                        : "--raster-out needs --record POPULATIONS (or all)");
        }
    }

    ExitStatus run() {
        require_writable(outputs_of(options_));
        const auto begin = std::chrono::steady_clock::now();
        read_raster(options_.raster, *this);
        if (report_.samples.empty()) throw Error(options_.raster + ": holds no samples, so there is nothing to replay");
        if (header_.truncated) warn(options_.raster + " is truncated: it holds fewer samples than were asked for");
        if (writer_) writer_->finish();
        report_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        report_.peak_memory = peak_memory();
        write_report(
            options_.json, options_.is_quiet, [&] { return to_json(report_); }, [&] { return to_text(report_); });
        return ExitStatus::success;
    }

    void header(const RasterHeader& header) override {
        header_ = header;
        if (header.run.T > longest_window) {
            throw Error(options_.raster + ": T: " + std::to_string(header.run.T) +
                        ", a replay takes windows of at most 2^20 ticks");
        }
        require_orders_of(options_.graph, header.run.T, "T of " + options_.raster);
        simulation_.emplace(graph_, header.run.T, options_.seed.value_or(header.run.seed));
        simulation_->set_listener({.judged_ticks = {header.run.T}});  // a replay tells no other tick
        replay_.emplace(*simulation_, header, options_.layers, options_.raster);
        require_effects(graph_, options_.graph, *replay_);
        if (const auto population = replay_->needs_data()) open_data(*population);
        begin_report(header);
        begin_recording();
    }
    void begin_sample(const RasterSampleInfo&) override {
        if (writer_) writer_->begin_sample();
    }
    bool wants(std::size_t layer) override { return replay_->wants(layer); }
    void spikes(std::size_t layer, const SpikeTrain& spikes) override { replay_->append(layer, spikes); }
    void counts(std::size_t layer, std::span<const std::int32_t>) override {
        throw Error(options_.raster + ": layer \"" + header_.layers[layer].name +
                    "\" is recorded as counts, which do not say when spikes come; record it as events or bitset "
                    "(run --encoding events)");
    }
    void end_sample(const RasterSampleInfo& info) override {
        replay_->check_classes(info);
        const SampleOutcome outcome =
            replay_->run(load(info), *executor_, recorder_ ? &*recorder_ : nullptr, report_.statistics);
        std::optional<std::int32_t> prediction;
        if (outcome.prediction >= 0) prediction = outcome.prediction;
        report_.samples.push_back({info.index, info.label, info.prediction, prediction});
        if (writer_) writer_->end_sample({info.index, info.label, prediction});
    }

private:
    const CompiledPopulation& population(std::size_t p) const { return simulation_->network().populations[p]; }

    void warn(const std::string& said) {
        const std::string text = printable(said);  // names may come from the raster
        report_.warnings.push_back(text);
        std::fprintf(stderr, "syncopate: warning: %s\n", text.c_str());
    }

    void open_data(std::size_t taker) {
        if (options_.data.path.empty()) {
            throw UsageError("--data is needed: population \"" + population(taker).name +
                             "\" is simulated and takes the input itself; give the data set of the recorded run, or "
                             "replay that population too");
        }
        const Shape& input = population(simulation_->network().input).shape;
        dataset_.emplace(open_dataset(options_.data, input, graph_.preprocessing, graph_.class_names));
        require_distinct(named_paths("--data", dataset_->files), outputs_of(options_));
        require_classes_of(*dataset_, population(simulation_->read_out()).shape);
        preprocessor_.emplace(*dataset_, graph_.preprocessing, input, stated_range(options_.data));
        for (const std::string& note : dataset_->notes) std::fprintf(stderr, "syncopate: note: %s\n", note.c_str());
        const std::string& note = preprocessor_->range().note;
        if (!note.empty()) std::fprintf(stderr, "syncopate: note: %s\n", note.c_str());
    }

    /// The recorded sample, with values if somebody needs them.
    Sample load(const RasterSampleInfo& info) const {
        Sample sample{info.index, info.label.value_or(-1), {}};
        if (!dataset_) return sample;
        const std::string where = options_.raster + ": sample " + std::to_string(info.index);
        if (info.index >= dataset_->count)
            throw Error(where + " is not in " + options_.data.path + ", which has " + std::to_string(dataset_->count) +
                        " samples; give the data set of the recorded run");
        const std::int32_t label = dataset_->has_labels() ? dataset_->labels[to_size(info.index)] : sample.label;
        if (info.label && label != *info.label)
            throw Error(where + " has the label " + std::to_string(*info.label) + ", but " + std::to_string(label) +
                        " in " + options_.data.path + "; give the data set of the recorded run");
        sample.values = preprocessor_->sample(info.index);
        return sample;
    }

    void begin_report(const RasterHeader& header) {
        const CompiledNetwork& network = simulation_->network();
        report_.manifest = manifest();
        report_.recorded = header.run;
        report_.network = &network;
        report_.is_live = replay_->live();
        report_.is_shown = report_.is_live;
        report_.statistics = simulation_->no_statistics();
        for (const PopulationIndex p : network.order) {
            if (!replay_->is_replayed(p)) continue;
            report_.replayed.push_back(network.populations[p].name);
            report_.is_shown[p] = true;
        }
        for (const std::string& warning : network.warnings) warn(warning);
        for (const std::string& warning : idle_relays(graph_, header.run.T)) warn(warning);
        const CompiledPopulation& read_out = population(simulation_->read_out());
        if (const auto warning = map_warning(read_out.name, read_out.shape)) warn(*warning);
        for (const std::string& warning : dataset_ ? dataset_->warnings : std::vector<std::string>{}) warn(warning);
        if (!options_.data.path.empty() && !dataset_)
            warn("--data is not needed: no population that is simulated takes the input");
        const std::vector<std::string> edits = edit_texts(options_.graph);
        for (const std::string& edit : header.run.edits) {
            if (std::ranges::find(edits, edit) == edits.end())
                warn(options_.raster + " was recorded with " + edit + ", which this replay is without");
        }
        const std::string& hash = header.run.network_hash;
        if (!hash.empty() && hash != report_.manifest.network_hash)
            warn(options_.raster + " was recorded from another network (" + header.run.network + ", SHA-256 " +
                 hash.substr(0, 12) + ")");
    }

    ReplayManifest manifest() const {
        ReplayManifest manifest{.version = version(),
                                .commit = commit(),
                                .network = options_.network,
                                .network_hash = network_hash(options_.network),
                                .raster = options_.raster,
                                .raster_hash = sha256_of_file(options_.raster),
                                .data = {},
                                .data_format = {},
                                .data_hash = {},
                                .input_range = {},
                                .classes = {},
                                .seed = simulation_->seed(),
                                .T = simulation_->duration(),
                                .threads = threads_,
                                .cpu = processor(),
                                .options = line_.words};
        if (!dataset_) return manifest;
        manifest.data = options_.data.path;
        manifest.data_format = dataset_->format;
        manifest.data_hash = dataset_hash(*dataset_);
        manifest.input_range = to_string(preprocessor_->range().range);
        if (dataset_->has_class_folders) manifest.classes = dataset_->class_names;
        return manifest;
    }

    /// Only what is simulated can be recorded: of the rest there is the raster that is read.
    std::vector<std::size_t> recorded_populations() const {
        std::vector<std::size_t> chosen = parse_populations(options_.record, graph_);
        const auto is_idle = [&](std::size_t p) { return !replay_->live()[p]; };
        if (options_.record == "all") {
            std::erase_if(chosen, is_idle);
        } else if (const auto idle = std::ranges::find_if(chosen, is_idle); idle != chosen.end()) {
            throw UsageError(
                "--record: population \"" + population(*idle).name + "\" is not simulated, because " +
                (replay_->is_replayed(*idle) ? "its spikes are replayed" : "nothing that is simulated needs it"));
        }
        if (chosen.empty()) throw UsageError("--record: no population that sends spikes is simulated");
        return chosen;
    }

    void begin_recording() {
        if (options_.record.empty()) return;
        const std::vector<std::size_t> recorded = recorded_populations();
        writer_.emplace(
            options_.raster_out,
            RasterHeader{.run = {.version = version(),
                                 .network = std::filesystem::path(options_.network).filename().string(),
                                 .network_hash = report_.manifest.network_hash,
                                 .T = simulation_->duration(),
                                 .seed = simulation_->seed(),
                                 .edits = edit_texts(options_.graph)},
                         .layers = raster_layers(simulation_->network(), recorded, simulation_->duration())});
        recorder_.emplace(simulation_->network(), recorded, simulation_->duration(), *writer_);
    }

    const ReplayOptions& options_;
    const CommandLine& line_;
    LayerGraph graph_;
    int threads_;
    std::unique_ptr<Executor> executor_;
    std::optional<Simulation> simulation_;
    std::optional<LayerReplay> replay_;
    std::optional<Dataset> dataset_;
    std::optional<Preprocessor> preprocessor_;
    std::optional<RasterWriter> writer_;
    std::optional<RasterRecorder> recorder_;
    RasterHeader header_;
    ReplayReport report_;
};

}  // namespace

ExitStatus replay_job(const ReplayOptions& options, const CommandLine& line) {
    require_kind(options.network, FileKind::network);
    require_kind(options.raster, FileKind::raster);
    require_distinct(inputs_of(options), outputs_of(options));
    return ReplayJob(options, line).run();
}

}  // namespace syncopate
