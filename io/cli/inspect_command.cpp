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
    command->add_option("--tolerance", options->tolerance, "Largest difference that --parity accepts")
        ->capture_default_str();
    command->add_option("--json", options->json, "Write the table as JSON, - for stdout");
    command->footer(
        "Examples:\n"
        "  syncopate inspect net.onnx\n"
        "  syncopate inspect net.onnx --parity input.npy output.npy\n"
        "  syncopate inspect net.json\n\n"
        "The exit status is 4 if any node is refused, and 5 if --parity does not hold.");
    command->callback([options, &line] { line.status = inspect_job(*options); });
}

}  // namespace syncopate
