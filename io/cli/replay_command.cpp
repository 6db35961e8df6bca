#include "core/error.hpp"
#include "io/cli/commands.hpp"
#include "io/cli/replay_job.hpp"
#include "io/cli/whole_number.hpp"
#include "io/name_list.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace syncopate {

void add_replay_command(CLI::App& app, CommandLine& line) {
    auto options = std::make_shared<ReplayOptions>();
    CLI::App* command = app.add_subcommand("replay", "Simulate a network on recorded spikes in place of some layers");
    command->add_option("network", options->network, "Network file written by convert (net.json)")->required();
    command->add_option("--raster", options->raster, "Raster with the recorded spikes (run --record --raster)")
        ->required();
    command->add_option_function<std::string>(
        "--layers", [options](const std::string& text) { options->layers = parse_names(text, "--layers", "a layer"); },
        "Layers to replay, as conv3,conv4 (default: all of the raster that the network has)");
    command->add_option("--data", options->data.path,
                        "Data set of the recorded run; only needed if a layer that is simulated takes the input");
    command->add_option("--split", options->data.split, "Part of a data set that has several: test or train");
    command->add_option("--seed", options->seed, "Seed of every random draw (default: that of the recorded run)")
        ->check(seed_number());
    add_graph_options(*command, options->graph);
    command
        ->add_option("--threads", options->threads,
                     "Threads (default: as many as processors may be used); no result depends on them")
        ->check(whole_number(1, 1024));
    command->add_option("--record", options->record,
                        "Populations whose spikes are recorded: conv5,fc or all that are simulated");
    command->add_option("--raster-out", options->raster_out, "Raster file for --record (JSON, syncopate-raster/1)");
    command->add_option("--json", options->json, "Write the report as JSON, - for stdout");
    command->add_flag("--quiet,-q", options->is_quiet, "No table");
    command->footer(
        "Examples:\n"
        "  syncopate run net.json --data images.npz -T 16 --record conv3 --raster a.json\n"
        "  syncopate replay net.json --raster a.json\n"
        "  syncopate replay net.json --raster a.json --relay conv3=permute:shared --json out.json\n"
        "  syncopate replay other.json --raster a.json --layers conv3 --record conv4 --raster-out b.json\n\n"
        "T is the raster's. Layers that only the replayed ones need are not simulated. Random draws are keyed by the "
        "recorded sample's index, so that a replay into the same network repeats the recorded run.");
    command->callback([options, &line] { line.status = replay_job(*options, line); });
}

}  // namespace syncopate
