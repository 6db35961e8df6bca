#include "io/cli/ablate_job.hpp"
#include "io/cli/commands.hpp"
#include "io/cli/whole_number.hpp"
#include "io/study/arm_edit.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

namespace syncopate {

namespace {

/// Options of which no figure of a study depends.
constexpr std::array idle_options = {"--threads",     "--executor", "--report", "--json",
                                     "--predictions", "--restart",  "--quiet"};

/// The call as it was understood: every option by its long name, in the order of the call, without the idle ones.
std::vector<std::string> deciding_words(const CLI::App& command) {
    std::vector<std::string> words = {command.get_name()};
    for (const CLI::Option* const option : command.parse_order()) {
        if (std::ranges::any_of(idle_options, [&](const char* name) { return option->check_name(name); })) continue;
        if (!option->get_lnames().empty()) words.push_back("--" + option->get_lnames().front());
        std::string values;
        for (const std::string& value : option->results()) values += (values.empty() ? "" : ",") + value;
        words.push_back(values);
    }
    return words;
}

/// What is kept where, and who does the work.
void add_conduct_options(CLI::App& command, AblateOptions& options) {
    command.add_option("--report", options.report, "Folder for study.json, study.csv and report.html")
        ->capture_default_str();
    command.add_flag("--restart", options.restarts, "Begin anew, whatever study --report holds");
    command
        .add_option("--threads", options.threads,
                    "Threads (default: as many as processors may be used); no result depends on them; the control "
                    "\"threads\" takes three for a few samples")
        ->check(whole_number(1, 1024));
    command.add_option("--executor", options.executor, "Who runs the work: tbb, threads or serial")
        ->check(CLI::IsMember({"tbb", "threads", "serial"}))
        ->capture_default_str();
    command.add_option("--predictions", options.predictions,
                       "Write what every run says of every sample (class and logits at its T) as .npz or .csv");
    command.add_option("--json", options.json, "Write study.json here too, - for stdout");
    command.add_flag("--quiet,-q", options.is_quiet, "No progress and no table");
}

}  // namespace

void add_ablate_command(CLI::App& app, CommandLine& line) {
    auto options = std::make_shared<AblateOptions>();
    CLI::App* command =
        app.add_subcommand("ablate",
                           "Ask whether it matters when spikes come: rearrange them, make firing stochastic, "
                           "and compare with the network as it is");
    command->add_option("network", options->network, "Network file written by convert (net.json)")->required();
    add_data_options(*command, options->data, "--data",
                     "Data set: IDX, CIFAR .bin, .npy, .npz, or a folder of these or of PNGs or JPEGs per class");
    command->get_option("--data")->required();
    command->add_option("-T,--timesteps", options->durations, "Windows of an inference, in ticks: 4,8,16")
        ->delimiter(',')
        ->check(whole_number(1, 1 << 20))
        ->capture_default_str();
    command
        ->add_option("--arms", options->arms,
                     "Arms beside the baseline: rearrangements (" + rearrangement_help() +
                         "), permute:all for all T! orders (T up to 5), and neuron models (" + neuron_choice_help() +
                         ")")
        ->capture_default_str();
    command
        ->add_option("--layers", options->layers,
                     "Layers that arms edit: all, each (one arm a layer), prefix:LAYER, suffix:LAYER, or conv1,conv3")
        ->capture_default_str();
    command->add_option("--seeds", options->seeds, "How many seeds arms with chance are run with")
        ->check(whole_number(1, 10000))
        ->capture_default_str();
    command->add_option("--seed", options->first_seed, "The first of the seeds")
        ->check(seed_number())
        ->capture_default_str();
    command
        ->add_option("--detail-samples", options->detail_samples,
                     "Samples whose spike times and errors are looked at closely")
        ->check(whole_number(0, 1 << 30))
        ->capture_default_str();
    command
        ->add_option("--fraction-bits", options->fraction_bits,
                     "Fraction bits of every population, instead of the network's")
        ->check(whole_number(1, 24));
    add_conduct_options(*command, *options);
    command->footer(
        "Examples:\n"
        "  syncopate ablate net.json --data cifar10/test_batch.bin -T 4,8,16 --arms permute,permute:shared,tpp \\\n"
        "      --seeds 10 --report out\n"
        "  syncopate ablate net.json --data images.npz --arms permute --layers each --report by-layer\n"
        "  syncopate ablate net.json --data images.npz --arms permute:all --layers conv1 -T 4 --report orders\n"
        "  syncopate ablate net.json --data images.npz --arms tpp,tpp:0.5 -T 8 --predictions tpp.csv\n\n"
        "A study that is stopped goes on where it was when the same command is given again. Random draws are keyed by "
        "seed,\nsample, population, neuron and tick, so arms are paired, and what they share is simulated once.\nWhat "
        "each arm does to spikes, "
        "in pictures: TERMS.md, beside the README.");
    command->callback([options, command, &line] {
        options->deciding = deciding_words(*command);
        line.status = ablate_job(*options);
    });
}

}  // namespace syncopate
