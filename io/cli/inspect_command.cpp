#include "core/error.hpp"
#include "io/cli/commands.hpp"
#include "io/cli/inspect_job.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace syncopate {

void add_inspect_command(CLI::App& app, CommandLine& line) {
    auto options = std::make_shared<InspectOptions>();
    CLI::App* command =
        app.add_subcommand("inspect", "Show what becomes of every node of an ONNX file, or what is in a network file");
    command->add_option("network", options->network, "ONNX file, or network file written by convert")->required();
    command->add_option("--parity", options->parity, "Compare with outputs that were exported: input.npy output.npy")
        ->expected(2);
    command->add_option("--tolerance", options->tolerance, "Difference that --parity accepts")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command
        ->add_option("--relative-tolerance", options->relative_tolerance,
                     "Difference that --parity accepts besides, times the sample's largest output")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--input-shape", options->input_shape,
                        "Size of a sample where the ONNX file leaves it open, as 3x224x224");
    command->add_option("--json", options->json, "Write the table as JSON, - for stdout");
    command->footer(
        "Examples:\n"
        "  syncopate inspect net.onnx\n"
        "  syncopate inspect net.onnx --parity input.npy output.npy\n"
        "  syncopate inspect net.onnx --input-shape 3x224x224\n"
        "  syncopate inspect net.json\n\n"
        "The exit status is 4 if the network or a node of it is refused, as convert would, and 5 if --parity does not\n"
        "hold.");
    command->callback([options, &line] { line.status = inspect_job(*options); });
}

}  // namespace syncopate
