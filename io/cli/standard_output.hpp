#pragma once

#include <string>
#include <string_view>

namespace syncopate {

/// Keeps the numbers of standard streams that the caller has closed (`>&-`), so that no file that is opened later
/// receives what is meant for the user; writing to such a stream fails.
void hold_standard_streams();

/// Prints on stdout; all commands print with it. What cannot be written is no error here: `standard_output_fault` finds
/// it at the end.
void print(std::string_view text);

/// Why what was printed could not be written completely, as a message for the user; "" if it was. A reader that did
/// not want more (`| head`) is no fault.
std::string standard_output_fault();

}  // namespace syncopate
