#include "io/cli/ablate_job.hpp"

#include "core/error.hpp"
#include "io/cli/chosen_samples.hpp"
#include "io/cli/executor_choice.hpp"
#include "io/cli/graph_options.hpp"
#include "io/cli/output_paths.hpp"
#include "io/cli/standard_output.hpp"
#include "io/cli/study_table.hpp"
#include "io/cli/usable_threads.hpp"
#include "io/files/folder_lock.hpp"
#include "io/files/last_words.hpp"
#include "io/files/new_file.hpp"
#include "io/formats/network/network_file.hpp"
#include "io/printable.hpp"
#include "io/progress.hpp"
#include "io/report/figure_files.hpp"
#include "io/report/study_report.hpp"
#include "io/run/classes.hpp"
#include "io/run/idle_relays.hpp"
#include "io/run/prediction_file.hpp"
#include "io/study/study.hpp"
#include "io/study/study_csv.hpp"
#include "io/study/study_json.hpp"
#include "io/version.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <limits>
#include <memory>
#include <utility>

namespace syncopate {

namespace {

constexpr const char* checkpoint_name = "study.checkpoint";
constexpr const char* logits_name = "study.logits";
constexpr std::array result_names = {"study.json", "study.csv", "report.html"};
constexpr std::array result_kinds = {FileKind::study_report, FileKind::study_table, FileKind::web_page};

std::vector<NamedPath> outputs_of(const AblateOptions& options) {
    const std::filesystem::path folder = options.report;
    std::vector<NamedPath> outputs = {{"--report", folder / checkpoint_name}};
    for (std::size_t f = 0; f < result_names.size(); ++f)
        outputs.push_back({"--report", folder / result_names[f], result_kinds[f]});
    outputs.push_back({"--json", options.json, FileKind::study_report});
    outputs.push_back({"--predictions", options.predictions, kind_of_predictions(options.predictions)});
    if (!options.predictions.empty()) outputs.push_back({"--report", folder / logits_name});
    return outputs;
}

/// One call of `syncopate ablate`.
class AblateJob {
public:
    explicit AblateJob(const AblateOptions& options)
        : options_(options),
          graph_(load_network(options)),
          samples_(options.data, graph_),
          threads_(options.executor == "serial" ? 1 : options.threads.value_or(usable_threads())),
          executor_(make_executor(options.executor, threads_)) {}

    ExitStatus run() {
        if (!options_.predictions.empty()) require_prediction_name(options_.predictions);
        const StudyDesign design = make_design();
        if (const Population* read_out = find_read_out()) require_classes_of(samples_.dataset(), read_out->shape);
        require_memory(design);
        for (const std::string& note : samples_.notes()) std::fprintf(stderr, "syncopate: note: %s\n", note.c_str());
        for (const std::string& warning : design.warnings)
            std::fprintf(stderr, "syncopate: warning: %s\n", warning.c_str());
        const std::filesystem::path folder = options_.report;
        // What can be refused is refused before the folder is made, as far as that goes: a command that was wrong
        // leaves nothing behind.
        require_distinct(named_paths("--data", samples_.dataset().files), outputs_of(options_));
        make_folder(folder);
        // Two studies in one folder would write each other's checkpoint. The lock goes with the process, however that
        // ends.
        const FolderLock lock(folder);
        if (lock.is_taken())
            throw UsageError("--report " + folder.string() +
                             ": another study is being made there; wait for it, or give another folder to --report");
        require_writable(outputs_of(options_));
        set_last_words("syncopate: stopped before anything was kept; the same command begins again");
        const bool begins_anew = options_.restarts || !std::filesystem::exists(folder / checkpoint_name);
        const auto begin = std::chrono::steady_clock::now();
        const StudyConduct conduct{.load = [this](std::int64_t s) { return samples_.load(s); },
                                   .executor = *executor_,
                                   .checkpoint = folder / checkpoint_name,
                                   .restarts = options_.restarts,
                                   .progress = [this](const std::string& what, std::int64_t total,
                                                      std::int64_t done) { show(what, total, done); },
                                   .kept = [this](std::int64_t samples) { keep(samples); },
                                   .predictions = predictions()};
        Study study(design, conduct);
        if (begins_anew) remove_results();  // nothing refuses the new study any more
        const StudyResult result = study.run();
        progress_.reset();
        set_last_words("");
        for (std::size_t w = design.warnings.size(); w < result.warnings.size(); ++w)  // those of the networks
            std::fprintf(stderr, "syncopate: warning: %s\n", result.warnings[w].c_str());
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
        write(result, folder);
        if (!options_.is_quiet && options_.json != "-") {
            char text[160];
            std::snprintf(text, sizeof text, "\n%lld samples in %.1f s on %d thread%s (",
                          static_cast<long long>(result.samples), seconds.count(), threads_, threads_ == 1 ? "" : "s");
            print(study_table(result) + text + processor() + ")\nwritten: " + (folder / "report.html").string() + "\n");
        }
        for (const StudyControl& control : result.controls) {
            if (!control.has_failed()) continue;
            std::fprintf(stderr, "syncopate: control \"%s\" failed: %s\n", control.name.c_str(), control.what.c_str());
        }
        const bool is_sound = std::ranges::none_of(result.controls, &StudyControl::has_failed);
        return is_sound ? ExitStatus::success : ExitStatus::differs;
    }

private:
    static LayerGraph load_network(const AblateOptions& options) {
        LayerGraph graph = read_network(options.network);
        edit_graph(graph, {.neurons = {}, .relays = {}, .fraction_bits = options.fraction_bits});
        return graph;
    }

    void require_memory(const StudyDesign& design) const {
        const double needed = study_memory(design, threads_), limit = 0.75 * static_cast<double>(physical_memory());
        if (needed <= limit) return;
        char text[160];
        std::snprintf(text, sizeof text, "the study would take about %.1f GB of memory, and %.1f GB can be had",
                      needed / 1e9, limit / 1e9);
        throw UsageError(std::string(text) + "; choose fewer --arms, --layers (" + std::to_string(design.arms.size()) +
                         " networks), --seeds or samples, or a smaller T");
    }

    StudyPredictions predictions() const {
        StudyPredictions wanted{
            .file = options_.predictions, .store = std::filesystem::path(options_.report) / logits_name, .samples = {}};
        for (std::int64_t s = 0; s < samples_.count(); ++s) wanted.samples.push_back(samples_.index(s));
        return wanted;
    }

    static void make_folder(const std::filesystem::path& folder) {
        std::error_code error;
        // create_directories takes a dangling link for a success and leaves it as it is; the first file would then fail
        // with a message about another path.
        if (std::filesystem::is_symlink(folder, error) && !std::filesystem::exists(folder, error))
            throw UsageError("--report " + folder.string() + ": is a link to " +
                             std::filesystem::read_symlink(folder).string() +
                             ", which does not exist; make that folder, or give another to --report");
        std::filesystem::create_directories(folder, error);
        if (error || !std::filesystem::is_directory(folder))
            throw UsageError("--report " + folder.string() + ": cannot make this folder: " + error.message() +
                             "; give another to --report");
        const std::filesystem::path figures = folder / report::figures_folder;
        if (std::filesystem::exists(figures, error) && !std::filesystem::is_directory(figures, error))
            throw UsageError("--report " + figures.string() +
                             ": is no folder, though the figures of the study belong there; remove it, or give another "
                             "folder to --report");
        for (const char* name : {checkpoint_name, logits_name, result_names[0], result_names[1], result_names[2]}) {
            if (std::filesystem::is_directory(folder / name, error))
                throw UsageError("--report " + (folder / name).string() +
                                 ": is a folder, though a file of the study belongs there; remove it, or give "
                                 "another folder to --report");
        }
    }

    /// A new study leaves none of the old one's results, whenever it is stopped.
    void remove_results() const {
        const std::filesystem::path folder = options_.report;
        std::vector<const char*> names(result_names.begin(), result_names.end());
        if (options_.predictions.empty()) names.push_back(logits_name);  // else they are this study's already
        report::remove_figures(folder);
        for (const char* name : names) {
            std::error_code error;
            const std::filesystem::path path = std::filesystem::weakly_canonical(folder / name, error);
            if (!std::filesystem::is_regular_file(path, error)) continue;
            if (!std::filesystem::remove(path, error) && error)
                throw Error(path.string() + ": is of another study and cannot be removed: " + error.message() +
                            "; give another folder to --report");
        }
    }

    std::vector<std::uint64_t> seeds() const {
        const std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
        const auto more = static_cast<std::uint64_t>(options_.seeds - 1);
        if (options_.first_seed > last - more)
            throw UsageError("--seed " + std::to_string(options_.first_seed) + ": with --seeds " +
                             std::to_string(options_.seeds) + ", the last would be beyond 2^64 - 1; give at most " +
                             std::to_string(last - more));
        std::vector<std::uint64_t> seeds;
        for (std::uint64_t s = 0; s <= more; ++s) seeds.push_back(options_.first_seed + s);
        return seeds;
    }

    StudyDesign make_design() const {
        StudyDesign design{.graph = graph_,
                           .arms = {},
                           .T = options_.durations,
                           .seeds = {},
                           .labels = {},
                           .manifest = {},
                           .warnings = {}};
        std::ranges::sort(design.T);
        design.T.erase(std::unique(design.T.begin(), design.T.end()), design.T.end());
        design.arms = parse_arms({options_.arms, options_.layers, design.T}, graph_);
        for (const ArmEdit& arm : design.arms) {
            const auto* const rule = std::get_if<Rearrangement>(&arm.change);
            for (const Tick T : design.T) {
                if (const auto idle = rule == nullptr ? std::nullopt : idle_rule(*rule, T); idle && arm.runs_at(T))
                    design.warnings.push_back("arm \"" + arm.name + "\" " + *idle);
                if (arm.family.starts_with("order") && !arm.runs_at(T))
                    design.warnings.push_back("arm \"" + arm.name + "\" does not run at T = " + std::to_string(T) +
                                              ": its order has another length");
            }
        }
        design.seeds = seeds();
        design.samples = samples_.count();
        design.first_sample = samples_.index(0);
        const Population* read_out = find_read_out();
        const bool has_classes = read_out == nullptr || class_count(read_out->shape) > 0;
        design.has_labels = has_classes && samples_.dataset().has_labels();
        for (std::int64_t s = 0; s < samples_.count(); ++s)
            design.labels.push_back(has_classes ? samples_.label(s) : -1);
        design.detail_samples = options_.detail_samples;
        design.split = options_.data.split.empty() ? "test" : options_.data.split;
        design.build = build_identity();
        design.manifest = {.version = version(),
                           .commit = commit(),
                           .network = options_.network,
                           .network_hash = network_hash(options_.network),
                           .data = options_.data.path,
                           .data_format = samples_.dataset().format,
                           .data_hash = dataset_hash(samples_.dataset()),
                           .input_range = to_string(samples_.range()),
                           .classes = samples_.class_folders(),
                           .samples = options_.data.samples,
                           .seeds = design.seeds,
                           .options = options_.deciding};
        for (const std::string& warning : samples_.warnings()) design.warnings.push_back(warning);
        if (!has_classes) design.warnings.push_back(*map_warning(read_out->name, read_out->shape));
        return design;
    }

    /// Null if there is none; a study says so itself.
    const Population* find_read_out() const {
        const auto found = std::ranges::find_if(
            graph_.populations, [](const Population& p) { return p.model.role() == PopulationRole::read_out; });
        return found == graph_.populations.end() ? nullptr : &*found;
    }

    /// A stage begins on the calling thread; its progress comes from any.
    void show(const std::string& what, std::int64_t total, std::int64_t done) {
        if (done > 0) return progress_->advance(done);
        progress_.reset();
        // Of what the checkpoint holds nothing is left to do: "samples", or "ticks of N samples".
        const bool goes_on = what == "samples" || what.starts_with("ticks of ");
        progress_ = std::make_unique<Progress>(what, total, !options_.is_quiet && Progress::is_terminal(),
                                               goes_on ? total / samples_.count() * kept_ : 0);
    }

    void keep(std::int64_t samples) {
        kept_ = samples;
        set_last_words("syncopate: stopped; the same command" +
                       std::string(options_.restarts ? ", without --restart," : "") + " goes on after the " +
                       std::to_string(samples) + " of " + std::to_string(samples_.count()) + " samples that " +
                       printable((std::filesystem::path(options_.report) / checkpoint_name).string()) + " keeps");
    }

    void write(const StudyResult& result, const std::filesystem::path& folder) const {
        StudyReport report = study_report(result);
        const std::array texts = {study_json(result), study_csv(result), std::move(report.html)};
        std::vector<FileBytes> files;
        for (std::size_t f = 0; f < texts.size(); ++f) files.push_back({folder / result_names[f], texts[f]});
        if (!options_.json.empty() && options_.json != "-") files.push_back({options_.json, texts[0]});
        write_files(files);
        report::write_figures(report.figures, folder);
        if (options_.json == "-") print(texts[0]);
    }

    const AblateOptions& options_;
    LayerGraph graph_;
    ChosenSamples samples_;
    int threads_;
    std::unique_ptr<Executor> executor_;
    std::int64_t kept_ = 0;  // samples that the checkpoint holds
    std::unique_ptr<Progress> progress_;
};

}  // namespace

ExitStatus ablate_job(const AblateOptions& options) {
    require_kind(options.network, FileKind::network);
    require_distinct(input_paths(options.network, options.data), outputs_of(options));
    return AblateJob(options).run();
}

}  // namespace syncopate
