#pragma once

#include <functional>
#include <string>

namespace syncopate {

/// Writes a report: as JSON into the file `target`, or to stdout for "-", or nowhere for ""; and as a table to stdout,
/// unless the user wants quiet or the JSON goes there.
/// Of the two only what is wanted is made.
void write_report(const std::string& target, bool is_quiet, const std::function<std::string()>& json,
                  const std::function<std::string()>& text);

}  // namespace syncopate
