#pragma once

#include "io/cli/exit_status.hpp"
#include "io/run/reference_check.hpp"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace syncopate {

/// What all commands know of the call.
struct CommandLine {
    std::vector<std::string> words;  // the call itself, for manifests
    ReferenceSimulator reference;
    ExitStatus status = ExitStatus::success;
};

/// Each adds its subcommand to the program; it runs when the subcommand is chosen, and sets the status.
void add_inspect_command(CLI::App& app, CommandLine& line);
void add_convert_command(CLI::App& app, CommandLine& line);
void add_run_command(CLI::App& app, CommandLine& line);
void add_raster_command(CLI::App& app, CommandLine& line);
void add_replay_command(CLI::App& app, CommandLine& line);
void add_ablate_command(CLI::App& app, CommandLine& line);
void add_schema_command(CLI::App& app, CommandLine& line);

}  // namespace syncopate
