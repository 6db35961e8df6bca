#pragma once

#include <string>

namespace CLI {
class App;
}

namespace syncopate {

/// What is wrong with the first word of a command line that no command and no option takes, with the word that was
/// probably meant; "" if every word that looks like a command or an option is one. Requires: the app has parsed it.
std::string misspelt_word(const CLI::App& app);

}  // namespace syncopate
