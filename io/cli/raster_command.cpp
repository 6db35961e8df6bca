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
    PictureSelection selection;
    std::string size;

    bool chooses() const {
        return sample || !layers.empty() || selection.chooses_neurons() || selection.ticks || !size.empty();
    }
};

/// "600x400", or "600" for a width whose height is what the layers need.
void set_size(const std::string& text, RasterFigureOptions& figure) {
    if (text.empty()) return;
    const std::size_t cross = text.find('x');
    const auto side = [&](const std::string& digits, std::uint64_t least) {
        const std::string fault = whole_number_fault(digits, least, 8000);
        if (!fault.empty()) throw UsageError("--size " + text + ": " + fault);
        return std::stod(digits);
    };
    figure.width = side(text.substr(0, cross), 300);
    if (cross != std::string::npos) figure.height = side(text.substr(cross + 1), 150);
}

RasterFigureOptions figure_options(const RasterCommandOptions& options) {
    RasterFigureOptions figure{.sample = options.sample, .layers = options.layers, .selection = options.selection};
    set_size(options.size, figure);
    return figure;
}

void draw(const RasterCommandOptions& options, CommandLine& line) {
    if (options.pictures.empty()) throw UsageError("raster: nothing to draw; give --png, --svg or --pdf FILE");
    require_kind(options.file, FileKind::raster);
    require_distinct({{"file", options.file}}, options.pictures);
    require_writable(options.pictures);
    const bool is_probe = kind_of(options.file) == FileKind::probe;
    if (is_probe && options.chooses())
        throw UsageError(
            "raster: --sample, --layers, --neurons, --channels, --ticks and --size are for a raster, and this "
            "is a probe file");
    const Figure figure = is_probe ? probe_figure(read_probes(options.file), options.file)
                                   : raster_figure(options.file, figure_options(options));
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

/// What is drawn of each layer, and how large.
void add_selection(CLI::App& command, const std::shared_ptr<RasterCommandOptions>& options) {
    command.add_option_function<std::string>(
        "--neurons",
        [options](const std::string& text) { options->selection.neurons = parse_number_ranges(text, "--neurons"); },
        "Neurons of each layer, row-major C·H·W, as 0:64,100 (default: all)");
    command.add_option_function<std::string>(
        "--channels",
        [options](const std::string& text) { options->selection.channels = parse_number_ranges(text, "--channels"); },
        "Channels of each layer, as 0,3:5 (default: all)");
    command.add_option_function<std::string>(
        "--ticks",
        [options](const std::string& text) {
            const std::vector<NumberRange> ranges = parse_number_ranges(text, "--ticks");
            if (ranges.size() != 1) throw UsageError("--ticks " + text + ": one range, as 0:16");
            options->selection.ticks = ranges.front();
        },
        "Ticks as the picture counts them, as 0:16 (default: all)");
    command.add_option("--size", options->size,
                       "Width and height in points (1/72 inch), as 600x400, or the width alone (default: 800, and what "
                       "the layers need)");
}

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
    add_selection(*command, options);
    command->footer(
        "Examples:\n  syncopate raster r.json --png r.png\n  syncopate raster r.json --svg r.svg --sample 3 --layers "
        "conv1,fc\n  syncopate raster r.json --pdf r.pdf --layers conv1 --channels 0,3 --ticks 0:16 --size 500x300\n  "
        "syncopate raster p.json --png p.png --pdf p.pdf");
    command->callback([options, &line] { draw(*options, line); });
}

}  // namespace syncopate
