#include "io/cli/commands.hpp"
#include "io/cli/standard_output.hpp"
#include "io/schemas/schemas.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace syncopate {

void add_schema_command(CLI::App& app, CommandLine& line) {
    auto format = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand("schema", "Print the JSON Schema of a format that the program writes");
    command->add_option("format", *format, "network, run, study, …; without it, all formats are listed");
    command->footer("Examples:\n  syncopate schema\n  syncopate schema network > network.schema.json");
    command->callback([format, &line] {
        std::string text;
        for (const std::string_view name : schema_names()) text += std::string(name) + "\n";
        print(format->empty() ? text : schema_text(*format));
        line.status = ExitStatus::success;
    });
}

}  // namespace syncopate
