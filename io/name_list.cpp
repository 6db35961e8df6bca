#include "io/name_list.hpp"

#include "core/error.hpp"
#include "core/split.hpp"

#include <algorithm>
#include <string_view>

namespace syncopate {

namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

}  // namespace

std::vector<std::string> split_names(const std::string& text, const std::string& option, const std::string& what) {
    std::vector<std::string> names;
    for (const std::string_view part : split(text, ',')) {
        names.emplace_back(trimmed(part));
        if (!names.back().empty()) continue;
        throw UsageError(option + " \"" + text + "\": the name of " + what +
                         " is empty; write names with one comma between two of them");
    }
    return names;
}

std::vector<std::string> parse_names(const std::string& text, const std::string& option, const std::string& what) {
    std::vector<std::string> names = split_names(text, option, what);
    for (auto name = names.begin(); name != names.end(); ++name) {
        if (std::find(names.begin(), name, *name) != name)
            throw UsageError(option + " \"" + text + "\": \"" + *name + "\" is named twice; name it once");
    }
    return names;
}

}  // namespace syncopate
