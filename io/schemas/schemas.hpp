#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace syncopate {

/// Formats that have a JSON Schema: "network", "run", ….
std::vector<std::string_view> schema_names();

/// The JSON Schema of a format: its file in io/schemas, and of "network" with what every neuron model says of its
/// parameters. Throws UsageError naming the formats if there is no such one.
std::string schema_text(std::string_view name);

}  // namespace syncopate
