#pragma once

#include "io/cli/commands.hpp"
#include "io/cli/data_options.hpp"
#include "io/cli/executor_choice.hpp"
#include "io/cli/graph_options.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace syncopate {

/// Options of `syncopate run`.
struct RunOptions {
    std::string network;
    DataOptions data;
    std::int32_t duration = 32;
    std::uint64_t seed = 0;
    std::optional<int> threads;
    std::string executor = default_executor();
    std::string delivery = {};  // "": the cheapest
    GraphOptions graph;
    std::string record;
    std::int64_t record_samples = 10;
    std::string raster;
    std::string encoding = "events";
    std::vector<std::string> probes;
    std::string probe_file = "probe.json";
    std::int64_t check = 0;
    std::string ticks;
    std::string predictions;
    std::string json;
    bool is_quiet = false;
};

/// Does what `syncopate run` says. Throws UsageError, Error or RefusedError.
ExitStatus run_job(const RunOptions& options, const CommandLine& line);

}  // namespace syncopate
