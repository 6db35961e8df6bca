#pragma once

#include "io/cli/commands.hpp"
#include "io/cli/data_options.hpp"
#include "io/cli/graph_options.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace syncopate {

/// Options of `syncopate replay`.
struct ReplayOptions {
    std::string network;
    std::string raster;
    std::vector<std::string> layers;
    DataOptions data;
    std::optional<std::uint64_t> seed;
    GraphOptions graph;
    std::optional<int> threads;
    std::string record;
    std::string raster_out;
    std::string json;
    bool is_quiet = false;
};

/// Does what `syncopate replay` says. Throws UsageError, Error or RefusedError.
ExitStatus replay_job(const ReplayOptions& options, const CommandLine& line);

}  // namespace syncopate
