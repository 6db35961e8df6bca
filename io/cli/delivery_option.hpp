#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace syncopate {

/// Adds --delivery: which kind delivers spikes wherever it can. It is left empty for the cheapest.
void add_delivery_option(CLI::App& command, std::string& delivery);

/// What to say if the kind that was asked for cannot deliver all projections. `used`: how many each kind delivers.
std::optional<std::string> unheeded_delivery(const std::string& asked, const std::map<std::string, std::int64_t>& used);

}  // namespace syncopate
