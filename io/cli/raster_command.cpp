#include "core/error.hpp"
#include "io/cli/commands.hpp"
#include "io/cli/output_paths.hpp"
#include "io/cli/standard_output.hpp"
#include "io/cli/whole_number.hpp"
#include "io/formats/raster/probe_file.hpp"
#include "io/name_list.hpp"
#include "io/plot/probe_picture.hpp"
#include "io/plot/raster_picture.hpp"

#include <CLI/CLI.hpp>

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace syncopate {

namespace {

struct RasterCommandOptions {
    std::string file;
    std::vector<std::string> pictures;
    std::vector<std::string> layers;
    std::optional<std::int64_t> sample;
};

void draw(const RasterCommandOptions& options, CommandLine& line) {
    if (options.pictures.empty()) throw UsageError("raster: nothing to draw; give --png FILE or --svg FILE");
    std::vector<NamedPath> outputs;
    for (const std::string& picture : options.pictures)
        outputs.push_back(picture.ends_with(".png") ? NamedPath{"--png", picture, FileKind::png}
                                                    : NamedPath{"--svg", picture, FileKind::svg});
    require_kind(options.file, FileKind::raster);
    require_distinct({{"file", options.file}}, outputs);
    require_writable(outputs);
    const bool is_probe = kind_of(options.file) == FileKind::probe;
    if (is_probe && (options.sample || !options.layers.empty()))
        throw UsageError("raster: --sample and --layers choose from a raster, and this is a probe file");
    for (const std::string& picture : options.pictures) {
        if (is_probe) {
            draw_probes(read_probes(options.file), picture);
        } else {
            draw_raster(options.file, picture, {options.sample, options.layers});
        }
        print(picture + "\n");
    }
    line.status = ExitStatus::success;
}

void require_ending(const std::string& file, const char* ending) {
    if (!file.ends_with(ending)) throw UsageError(file + ": the picture's name must end in " + ending);
}

}  // namespace

void add_raster_command(CLI::App& app, CommandLine& line) {
    auto options = std::make_shared<RasterCommandOptions>();
    CLI::App* command = app.add_subcommand("raster", "Draw a raster or probe file as a picture");
    command->add_option("file", options->file, "Raster (run --raster) or probes (run --probe)")->required();
    command->add_option_function<std::string>(
        "--png",
        [options](const std::string& file) {
            require_ending(file, ".png");
            options->pictures.push_back(file);
        },
        "Picture to write");
    command->add_option_function<std::string>(
        "--svg",
        [options](const std::string& file) {
            require_ending(file, ".svg");
            options->pictures.push_back(file);
        },
        "Picture to write");
    command
        ->add_option("--sample", options->sample,
                     "Index of the sample in the data set (default: the first of the file)")
        ->check(whole_number(0, std::numeric_limits<std::int64_t>::max()));
    command->add_option_function<std::string>(
        "--layers", [options](const std::string& text) { options->layers = parse_names(text, "--layers", "a layer"); },
        "Populations to draw, as conv1,fc (default: all)");
    command->footer(
        "Examples:\n  syncopate raster r.json --png r.png\n  syncopate raster r.json --svg r.svg --sample 3 --layers "
        "conv1,fc\n  syncopate raster p.json --png p.png");
    command->callback([options, &line] { draw(*options, line); });
}

}  // namespace syncopate
