#pragma once

#include <string_view>

namespace syncopate {

/// What the program says on standard error, on a line of its own, when a signal ends it (SIGINT, SIGTERM, SIGHUP) and
/// `remove_temporaries_on_signals` was called: what becomes of the work so far. Cut at 500 bytes; "" for nothing.
void set_last_words(std::string_view words);

/// Writes them. May be called in a signal handler.
void say_last_words();

}  // namespace syncopate
