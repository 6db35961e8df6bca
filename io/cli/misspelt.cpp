#include "io/cli/misspelt.hpp"

#include "core/nearest_name.hpp"
#include "io/cli/file_kind.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

namespace syncopate {

namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<std::string> option_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
        const std::vector<std::string>& own = option->get_lnames();
        names.insert(names.end(), own.begin(), own.end());
    }
    return names;
}

std::string nearest(std::string_view name, const std::vector<std::string>& names) {
    const std::vector<std::string_view> views(names.begin(), names.end());
    return std::string(nearest_name(name, views));
}

std::string unknown_command(const CLI::App& app, const std::string& word) {
    std::vector<std::string> names;
    for (const CLI::App* command : commands_of(app)) names.push_back(command->get_name());
    const std::string close = nearest(word, names);
    std::string text = "there is no command \"" + word + "\"";
    const FileKind kind = kind_of(word);
    if (const std::string takers = takers_of(kind, word); !takers.empty())
        return text + "; " + word + " is " + to_string(kind) + ": " + takers;
    if (!close.empty()) return text + "; did you mean " + close + "?";
    text += "; there are ";
    for (std::size_t n = 0; n < names.size(); ++n) text += (n == 0 ? "" : ", ") + names[n];
    return text;
}

std::string unknown_option(const CLI::App& app, const CLI::App& command, const std::string& word) {
    const std::string dashed = word.substr(0, word.find('='));
    const std::string name = dashed.substr(std::min(dashed.find_first_not_of('-'), dashed.size()));
    const std::string who = &command == &app ? "syncopate" : command.get_name();
    const std::string text = who + " has no option " + dashed;
    if (name.size() == 1 && command.get_option_no_throw("-" + name) != nullptr)
        return text + "; did you mean -" + name + "?";
    const std::string close = nearest(name, option_names(command));
    if (close == name) return text + "; did you mean --" + close + "?";
    for (const CLI::App* other : commands_of(app)) {
        if (other->get_option_no_throw("--" + name) != nullptr) return text + "; it is one of " + other->get_name();
    }
    return text + (close.empty() ? "" : "; did you mean --" + close + "?");
}

}  // namespace

std::string misspelt_word(const CLI::App& app) {
    const std::vector<CLI::App*> chosen = app.get_subcommands();
    const CLI::App& command = chosen.empty() ? app : *chosen.front();
    const std::vector<std::string> words = command.remaining(false);
    const auto option = std::ranges::find_if(words, [](const std::string& w) { return w.size() > 1 && w[0] == '-'; });
    if (chosen.empty() && !words.empty() && option != words.begin()) return unknown_command(app, words.front());
    return option == words.end() ? "" : unknown_option(app, command, *option);
}

}  // namespace syncopate
