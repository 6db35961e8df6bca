#include "io/cli/app.hpp"

#include "core/error.hpp"
#include "core/split.hpp"
#include "io/cli/commands.hpp"
#include "io/cli/misspelt.hpp"
#include "io/cli/refused_nodes.hpp"
#include "io/cli/standard_output.hpp"
#include "io/files/temporary_name.hpp"
#include "io/printable.hpp"
#include "io/version.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <new>
#include <sstream>
#include <string>
#include <string_view>

namespace syncopate {

namespace {

constexpr const char* footer =
    "A trained network becomes a spiking one in three steps:\n"
    "  syncopate inspect net.onnx\n"
    "  syncopate convert net.onnx -o net.json --mean 0.5 --std 0.25\n"
    "  syncopate run net.json --data test-images -T 32\n"
    "and this asks whether it matters when its spikes come:\n"
    "  syncopate ablate net.json --data test-images -T 4,8 --report study\n"
    "Each command has a --help with examples, as in `syncopate run --help`.\n\n"
    "Exit status: 0 success, 1 failure of the program or machine, 2 wrong usage, 3 unusable input,\n"
    "4 network refused, 5 a check that was asked for did not hold.\n\n"
    "What the words mean, and what each arm does to spikes: TERMS.md, beside the README.";

int status(ExitStatus s) { return static_cast<int>(s); }

/// On one line, whatever names stand in it.
int complain(const std::string& what, ExitStatus s) {
    std::fprintf(stderr, "syncopate: %s\n", printable(what).c_str());
    return status(s);
}

/// On many, of a text whose names are printable already.
int complain_in_lines(const std::string& what, ExitStatus s) {
    std::string shown;
    for (const std::string_view line : split(what, '\n')) shown += (shown.empty() ? "" : "\n") + printable(line);
    std::fprintf(stderr, "syncopate: %s\n", shown.c_str());
    return status(s);
}

int run_command(int argc, const char* const* argv, const ReferenceSimulator& reference) {
    CLI::App app("Event-driven, repeatable simulator of converted spiking networks", "syncopate");
    app.set_version_flag("--version", "syncopate " + version() + " (" + commit() + ")");
    app.footer(footer);
    app.require_subcommand(1);
    app.get_formatter()->column_width(34);
    CommandLine line;
    line.words.assign(argv, argv + argc);
    line.reference = reference;
    add_inspect_command(app, line);
    add_convert_command(app, line);
    add_run_command(app, line);
    add_raster_command(app, line);
    add_replay_command(app, line);
    add_ablate_command(app, line);
    add_schema_command(app, line);
    try {
        app.parse(argc, argv);
        return status(line.status);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) {  // help or version
            std::ostringstream text;
            app.exit(error, text, text);
            print(text.str());
            return status(ExitStatus::success);
        }
        const std::string misspelt = misspelt_word(app);
        return complain((misspelt.empty() ? error.what() : misspelt) + "; --help says what can be given",
                        ExitStatus::usage);
    } catch (const UsageError& error) {
        return complain(error.what(), ExitStatus::usage);
    } catch (const RefusedNodes& error) {
        return complain_in_lines(error.what(), ExitStatus::refused);
    } catch (const RefusedError& error) {
        return complain(error.what(), ExitStatus::refused);
    } catch (const Error& error) {
        return complain(error.what(), ExitStatus::bad_input);
    } catch (const std::bad_alloc&) {
        return complain("not enough memory; give a smaller -T, fewer --threads or fewer --arms", ExitStatus::failure);
    } catch (const std::exception& error) {
        return complain(error.what(), ExitStatus::failure);
    }
}

}  // namespace

int run_app(int argc, const char* const* argv, const ReferenceSimulator& reference) {
    hold_standard_streams();
    remove_temporaries_on_signals();
    const int code = run_command(argc, argv, reference);
    const std::string fault = standard_output_fault();
    if (fault.empty()) return code;
    const int fault_code = complain(fault, ExitStatus::bad_input);
    return code == 0 ? fault_code : code;
}

}  // namespace syncopate
