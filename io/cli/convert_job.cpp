#include "io/cli/convert_job.hpp"

#include "core/engine/executor.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "io/cli/executor_choice.hpp"
#include "io/cli/file_kind.hpp"
#include "io/cli/input_shape.hpp"
#include "io/cli/output_paths.hpp"
#include "io/cli/refused_nodes.hpp"
#include "io/cli/report_output.hpp"
#include "io/cli/sample_reader.hpp"
#include "io/cli/trial_conversion.hpp"
#include "io/cli/usable_threads.hpp"
#include "io/files/sha256.hpp"
#include "io/formats/data/dataset.hpp"
#include "io/formats/network/network_file.hpp"
#include "io/formats/onnx/import.hpp"
#include "io/printable.hpp"
#include "io/progress.hpp"
#include "io/run/classes.hpp"
#include "topology/compiler/compile.hpp"
#include "topology/conversion/calibration.hpp"
#include "topology/conversion/convert.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>
#include <cstdio>

namespace syncopate {

namespace {

double parse_number(const std::string& text, const std::string& option) {
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        throw UsageError(option + " " + text + ": expected a number");
    return value;
}

std::string short_number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", value);
    return text;
}

/// One side, a whole number.
std::int32_t parse_side(const std::string& text, const std::string& option) {
    const double side = parse_number(text, option);
    if (!(side >= 1 && side <= 16384) || side != std::floor(side))
        throw UsageError(option + " " + text + ": sizes are whole numbers from 1 to 16384");
    return static_cast<std::int32_t>(side);
}

/// "192x224": height and width; "224": both.
Extent parse_size(const std::string& text, const std::string& option) {
    const std::size_t cross = text.find('x');
    if (cross == std::string::npos) return {parse_side(text, option), parse_side(text, option)};
    return {parse_side(text.substr(0, cross), option), parse_side(text.substr(cross + 1), option)};
}

/// A scale of 0 makes all pixels the same, a negative one a negative of the picture; nobody trains so.
void require_positive(double value, const std::string& option) {
    if (value > 0.0 && std::isfinite(value)) return;
    throw UsageError(option + " " + short_number(value) + ", must be finite and greater than 0");
}

Preprocessing preprocessing_of(const ConvertOptions& options, const Shape& input) {
    Preprocessing preprocessing{.scale = options.scale, .mean = options.mean, .std = options.std};
    preprocessing.stated = !options.mean.empty() || !options.std.empty() || options.scale != Preprocessing{}.scale;
    if (options.resize.find('x') != std::string::npos)
        preprocessing.resize = parse_size(options.resize, "--resize");
    else if (!options.resize.empty())
        preprocessing.shorter_side = parse_side(options.resize, "--resize");
    if (!options.center_crop.empty()) preprocessing.center_crop = parse_size(options.center_crop, "--center-crop");
    for (const auto& [values, name] :
         {std::pair{&preprocessing.mean, "--mean"}, std::pair{&preprocessing.std, "--std"}}) {
        if (values->size() == 1) values->assign(to_size(input.channels), values->front());
        if (!values->empty() && static_cast<std::int32_t>(values->size()) != input.channels) {
            throw UsageError(std::string(name) + ": " + std::to_string(values->size()) +
                             " values, the network's input has " + std::to_string(input.channels) + " channels");
        }
    }
    for (const double deviation : preprocessing.std) require_positive(deviation, "--std");
    require_positive(preprocessing.scale, "--scale");
    for (const double mean : preprocessing.mean) {
        if (!std::isfinite(mean)) throw UsageError("--mean " + std::to_string(mean) + ", must be finite");
    }
    return preprocessing;
}

/// One name for each class that the output tells apart, none twice.
void require_names_of_classes(const std::vector<std::string>& names, const Shape& output) {
    if (names.empty()) return;
    const std::int64_t classes = class_count(output);
    if (static_cast<std::int64_t>(names.size()) != classes) {
        throw UsageError("--classes: " + std::to_string(names.size()) + " names, but the network tells " +
                         std::to_string(classes) + " classes apart; give one name for each");
    }
    for (auto name = names.begin(); name != names.end(); ++name) {
        if (std::find(name + 1, names.end(), *name) != names.end())
            throw UsageError("--classes: \"" + *name + "\" is named twice; every class needs a name of its own");
    }
}

ConversionOptions conversion_options(const ConvertOptions& options, const Shape& input) {
    ConversionOptions conversion;
    if (!options.threshold.empty()) conversion.threshold = parse_threshold_rule(options.threshold);
    conversion.per_channel = options.per_channel;
    conversion.count_zeros = !options.skips_zeros;
    if (!options.v_init.empty())
        conversion.v_init = options.v_init == "half" ? 0.5 : parse_number(options.v_init, "--v-init");
    conversion.fraction_bits = options.fraction_bits;
    conversion.encoding =
        options.encoding == "bernoulli" ? InputEncoding::bernoulli_rate : InputEncoding::direct_current;
    conversion.preprocessing = preprocessing_of(options, input);
    conversion.class_names = options.classes;
    conversion.max_pools = parse_max_pools(options.max_pools);
    return conversion;
}

std::vector<NamedPath> inputs_of(const ConvertOptions& options) {
    return {{"network", options.network},
            {"--calibration", options.calibration.path},
            {"--labels", options.calibration.labels}};
}

std::vector<NamedPath> outputs_of(const ConvertOptions& options) {
    std::vector<NamedPath> outputs = network_paths("--output", options.output);
    outputs.push_back({"--json", options.json, FileKind::convert_report});
    return outputs;
}

/// What a user should know of the stated preprocessing.
std::vector<std::string> preprocessing_warnings(const ConvertOptions& options, const Preprocessing& preprocessing) {
    std::vector<std::string> warnings;
    if (!preprocessing.stated)
        warnings.emplace_back(
            "no preprocessing is stated (--mean, --std); runs on pixels will only scale them to 0 … 1");
    if (!options.mean.empty() && options.std.empty())
        warnings.emplace_back(
            "--mean without --std: the mean is subtracted and nothing divided; if that is right, say --std 1");
    if (options.mean.empty() && !options.std.empty())
        warnings.emplace_back(
            "--std without --mean: nothing is subtracted before the division; if that is right, say --mean 0");
    return warnings;
}

/// What calibration has to say.
struct Said {
    std::vector<std::string> warnings;
    std::vector<std::string> notes;  // for the network file
    std::optional<InputRange> range = {};
};

Calibration calibrate(const AnnGraph& graph, const ConvertOptions& options, const Preprocessing& preprocessing,
                      Said& said) {
    const Dataset dataset = open_dataset(options.calibration, graph.input_shape(), preprocessing, options.classes);
    require_distinct(named_paths("--calibration", dataset.files), outputs_of(options));
    const Preprocessor preprocessor(dataset, preprocessing, graph.input_shape(), stated_range(options.calibration));
    if (!preprocessor.range().note.empty())
        std::fprintf(stderr, "syncopate: note: calibration: %s\n", preprocessor.range().note.c_str());
    if (!preprocessing.stated && preprocessor.range().range == InputRange::byte)
        std::fprintf(stderr,
                     "syncopate: warning: calibrating without stated preprocessing (--mean, --std); pixels are only "
                     "scaled to 0 … 1\n");
    for (const std::string& warning : dataset.warnings) said.warnings.push_back("calibration: " + warning);
    said.range = preprocessor.range().range;
    if (preprocessor.range().range != InputRange::byte)
        said.notes.push_back("calibration: the data's values were taken for " + to_string(preprocessor.range().range));
    const DatasetSamples source(preprocessor, parse_sample_range(options.calibration.samples, dataset.count));
    const Calibrator calibrator(graph, {.per_channel = options.per_channel});
    const auto executor = make_executor(default_executor(), options.threads.value_or(usable_threads()));
    Progress progress("calibration samples", 2 * static_cast<std::int64_t>(source.count()),
                      !options.is_quiet && Progress::is_terminal());
    return calibrator.measure(source, *executor, [&](std::int64_t samples) { progress.advance(samples); });
}

std::string table(const Conversion& conversion, const std::vector<std::string>& notes) {
    std::string text;
    char line[256];
    std::snprintf(line, sizeof line, "%-32s %12s %14s %8s %24s %8s\n", "population", "shape", "activation", "rule",
                  "v_threshold", "v_init");
    text += line;
    for (const LayerConversion& layer : conversion.layers) {
        char threshold[64];
        if (layer.threshold_min == layer.threshold_max) {
            std::snprintf(threshold, sizeof threshold, "%.6g", layer.threshold_max);
        } else {
            std::snprintf(threshold, sizeof threshold, "%.4g ... %.4g", layer.threshold_min, layer.threshold_max);
        }
        const std::string activation =
            layer.levels > 0 ? layer.activation + " L=" + std::to_string(layer.levels) : layer.activation;
        std::snprintf(line, sizeof line, "%-32s %12s %14s %8s %24s %8.3g%s\n", layer.name.c_str(),
                      to_string(layer.shape).c_str(), activation.c_str(), layer.rule.c_str(), threshold, layer.v_init,
                      layer.floored_channels > 0
                          ? ("  " + std::to_string(layer.floored_channels) + " silent channels raised").c_str()
                          : "");
        text += line;
    }
    for (const PoolConversion& pool : conversion.pools) {
        std::snprintf(line, sizeof line, "%-32s %12s %14s %8s\n", pool.name.c_str(), to_string(pool.shape).c_str(),
                      "max pool", pool.rule.c_str());
        text += line;
    }
    for (const std::string& note : notes) text += (&note == notes.data() ? "\n" : "") + note + "\n";
    return text;
}

std::string to_json(const Conversion& conversion, const std::string& output, const std::vector<std::string>& warnings) {
    nlohmann::ordered_json layers = nlohmann::ordered_json::array();
    for (const LayerConversion& layer : conversion.layers) {
        layers.push_back({{"name", layer.name},
                          {"shape", {layer.shape.channels, layer.shape.height, layer.shape.width}},
                          {"activation", layer.activation},
                          {"rule", layer.rule},
                          {"v_threshold_min", layer.threshold_min},
                          {"v_threshold_max", layer.threshold_max},
                          {"L", layer.levels},
                          {"v_init", layer.v_init},
                          {"floored_channels", layer.floored_channels}});
    }
    nlohmann::ordered_json pools = nlohmann::ordered_json::array();
    for (const PoolConversion& pool : conversion.pools) {
        pools.push_back({{"name", pool.name},
                         {"shape", {pool.shape.channels, pool.shape.height, pool.shape.width}},
                         {"rule", pool.rule}});
    }
    const nlohmann::ordered_json json = {{"format", "syncopate-convert/1"},
                                         {"network", output},
                                         {"network_sha256", network_hash(output)},
                                         {"layers", layers},
                                         {"max_pools", pools},
                                         {"notes", conversion.graph.notes},
                                         {"warnings", warnings}};
    return json.dump(2) + "\n";
}

}  // namespace

ExitStatus convert_job(const ConvertOptions& options) {
    require_kind(options.network, FileKind::onnx);
    require_data(options.calibration, "--calibration");
    require_distinct(inputs_of(options), outputs_of(options));
    OnnxImport import = import_onnx(options.network, {.shape = parse_input_shape(options.input_shape),
                                                      .is_channels_last = options.is_channels_last});
    if (import.is_refused())
        throw RefusedNodes(printable(options.network) + ": cannot be converted\n" + refusal_message(import));
    require_names_of_classes(options.classes, import.graph.output_shape());
    ConversionOptions how = conversion_options(options, import.graph.input_shape());
    ArrangedMaxPools arranged = arrange_max_pools(std::move(import.graph), how.max_pools);
    require_writable(outputs_of(options));
    std::optional<Calibration> calibration;
    Said said;
    if (!options.calibration.path.empty()) {
        require_convertible(arranged.graph, how);
        calibration = calibrate(arranged.graph, options, how.preprocessing, said);
        how.preprocessing.calibrated_range = said.range;
    }
    Conversion conversion = convert(arranged.graph, how, calibration ? &*calibration : nullptr);
    conversion.graph.notes.insert(conversion.graph.notes.begin(),
                                  "converted from " + std::filesystem::path(options.network).filename().string() +
                                      " (SHA-256 " + sha256_of_file(options.network) + ")");
    for (const std::string& note : arranged.notes) conversion.graph.notes.push_back(note);
    for (std::string& note : said.notes) conversion.graph.notes.push_back(std::move(note));
    if (options.is_channels_last)
        conversion.graph.notes.push_back("input: C×H×W here, H×W×C in the ONNX file (--channels-last)");
    std::vector<std::string> warnings = std::move(said.warnings);
    for (const NodeReport& node : import.nodes) {
        if (!node.warning.empty()) warnings.push_back("node \"" + node.name + "\": " + node.warning);
    }
    warnings.insert(warnings.end(), arranged.warnings.begin(), arranged.warnings.end());
    warnings.insert(warnings.end(), conversion.warnings.begin(), conversion.warnings.end());
    for (const std::string& warning : preprocessing_warnings(options, how.preprocessing)) warnings.push_back(warning);
    for (const std::string& warning : compile(conversion.graph).warnings) warnings.push_back(warning);
    write_network(conversion.graph, options.output);
    for (const std::string& warning : warnings) std::fprintf(stderr, "syncopate: warning: %s\n", warning.c_str());
    write_report(
        options.json, options.is_quiet, [&] { return to_json(conversion, options.output, warnings); },
        [&] { return table(conversion, arranged.notes) + "\nwritten: " + options.output + "\n"; });
    return ExitStatus::success;
}

}  // namespace syncopate
