#include "core/error.hpp"
#include "io/cli/commands.hpp"
#include "io/cli/delivery_option.hpp"
#include "io/cli/run_job.hpp"
#include "io/cli/whole_number.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace syncopate {

void add_run_command(CLI::App& app, CommandLine& line) {
    auto options = std::make_shared<RunOptions>();
    CLI::App* command = app.add_subcommand("run", "Simulate a converted network spike by spike on a data set");
    command->add_option("network", options->network, "Network file written by convert (net.json)")->required();
    add_data_options(*command, options->data, "--data",
                     "Data set: IDX, CIFAR .bin, .npy, .npz, or a folder of these or of PNGs or JPEGs per class");
    command->get_option("--data")->required();
    command->add_option("-T,--timesteps", options->duration, "Window of an inference, in ticks")
        ->check(whole_number(1, 1 << 20))
        ->capture_default_str();
    command->add_option("--seed", options->seed, "Seed of every random draw; 0 is a seed like any other")
        ->check(seed_number())
        ->capture_default_str();
    command
        ->add_option("--threads", options->threads,
                     "Threads (default: as many as processors may be used); no result depends on them")
        ->check(whole_number(1, 1024));
    command->add_option("--executor", options->executor, "Who runs the work: tbb, threads or serial")
        ->check(CLI::IsMember({"tbb", "threads", "serial"}))
        ->capture_default_str();
    add_delivery_option(*command, options->delivery);
    add_graph_options(*command, options->graph);
    command->add_option("--record", options->record, "Populations whose spikes are recorded: conv1,fc or all");
    command->add_option("--record-samples", options->record_samples, "Of the samples run, how many are recorded")
        ->check(whole_number(1, 1 << 30))
        ->capture_default_str();
    command->add_option("--raster", options->raster, "Raster file for --record (JSON, syncopate-raster/1)");
    command->add_option("--encoding", options->encoding, "How the raster holds spikes: events, counts or bitset")
        ->check(CLI::IsMember({"events", "counts", "bitset"}))
        ->capture_default_str();
    command->add_option("--probe", options->probes, "Neurons to follow tick by tick, as conv1:17,204; may be repeated")
        ->allow_extra_args(false);
    command->add_option("--probe-file", options->probe_file, "File for --probe (JSON, syncopate-probe/1)")
        ->capture_default_str();
    command->add_option("--check", options->check, "Compare the first N samples with the reference simulator")
        ->check(whole_number(1, 1 << 30));
    command->add_option("--ticks", options->ticks,
                        "Ticks after which the read-out is judged: all, or as 1,10,100; T always is (default: each up "
                        "to 4096, then 5000, 10000, 20000, 50000, ...)");
    command->add_option("--predictions", options->predictions,
                        "Write what the network says of every sample (class and logits at T, or at the --ticks) as "
                        ".npz or .csv");
    command->add_option("--json", options->json, "Write the report as JSON, - for stdout");
    command->add_flag("--quiet,-q", options->is_quiet, "No progress and no table");
    command->footer(
        "Examples:\n"
        "  syncopate run net.json --data cifar10/test_batch.bin -T 32 --samples 0:1000 --json out.json\n"
        "  syncopate run net.json --data images.npz -T 16 --record all --raster r.json\n"
        "  syncopate run net.json --data images.npz --samples 3:4 --probe conv1:17,204 --probe-file p.json\n"
        "  syncopate run net.json --data images.npz --neuron tpp --neuron conv1=if\n"
        "  syncopate run net.json --data images.npz --relay conv1=permute:shared --relay conv2=jitter:1.5\n"
        "  syncopate run net.json --data images.npz -T 100000 --ticks 100,1000,10000 --predictions p.npz\n\n"
        "Random draws are keyed by a sample's index in the data set, so a sample gives the same spikes in any "
        "selection.\nWhat T, v_init, phases, and each neuron and rule are: TERMS.md, beside the README.");
    command->callback([options, &line] { line.status = run_job(*options, line); });
}

}  // namespace syncopate
