#include "core/error.hpp"
#include "io/cli/commands.hpp"
#include "io/cli/output_paths.hpp"
#include "io/cli/standard_output.hpp"
#include "io/cli/whole_number.hpp"
#include "io/formats/raster/probe_file.hpp"
#include "io/name_list.hpp"
#include "io/plot/picture_file.hpp"
#include "io/plot/probe_figure.hpp"
#include "io/plot/raster_figure.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace syncopate {

namespace {

struct RasterCommandOptions {
    std::string file;
    std::vector<NamedPath> pictures;
    std::vector<std::string> layers;
    std::optional<std::int64_t> sample;
};

void draw(const RasterCommandOptions& options, CommandLine& line) {
    if (options.pictures.empty()) throw UsageError("raster: nothing to draw; give --png, --svg or --pdf FILE");
    require_kind(options.file, FileKind::raster);
    require_distinct({{"file", options.file}}, options.pictures);
    require_writable(options.pictures);
    const bool is_probe = kind_of(options.file) == FileKind::probe;
    if (is_probe && (options.sample || !options.layers.empty()))
        throw UsageError("raster: --sample and --layers choose from a raster, and this is a probe file");
    const Figure figure = is_probe ? probe_figure(read_probes(options.file), options.file)
                                   : raster_figure(options.file, {options.sample, options.layers});
    for (const NamedPath& picture : options.pictures) {
        write_picture(figure, picture.path);
        print(picture.path.string() + "\n");
    }
    line.status = ExitStatus::success;
}

struct PictureOption {
    const char* name;
    const char* ending;
    FileKind kind;
};

constexpr std::array<PictureOption, 3> picture_options = {
    {{"--png", ".png", FileKind::png}, {"--svg", ".svg", FileKind::svg}, {"--pdf", ".pdf", FileKind::pdf}}};

}  // namespace

void add_raster_command(CLI::App& app, CommandLine& line) {
    auto options = std::make_shared<RasterCommandOptions>();
    CLI::App* command = app.add_subcommand("raster", "Draw a raster or probe file as a picture");
    command->add_option("file", options->file, "Raster (run --raster) or probes (run --probe)")->required();
    for (const PictureOption& option : picture_options)
        command->add_option_function<std::string>(
            option.name,
            [options, option](const std::string& file) {
                if (!file.ends_with(option.ending))
                    throw UsageError(file + ": the picture's name must end in " + option.ending);
                options->pictures.push_back({option.name, file, option.kind});
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
        "conv1,fc\n  syncopate raster p.json --png p.png --pdf p.pdf");
    command->callback([options, &line] { draw(*options, line); });
}

}  // namespace syncopate
