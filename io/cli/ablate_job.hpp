#pragma once

#include "io/cli/data_options.hpp"
#include "io/cli/executor_choice.hpp"
#include "io/cli/exit_status.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace syncopate {

/// Options of `syncopate ablate`.
struct AblateOptions {
    std::string network;
    DataOptions data;
    std::vector<std::int32_t> durations = {4, 8, 16};
    std::string arms = "permute,permute:shared,reverse,earliest,latest,even,tpp,accumulate";
    std::string layers = "all";
    std::int32_t seeds = 5;
    std::uint64_t first_seed = 0;
    std::int64_t detail_samples = 64;
    std::string report = "study";
    std::optional<int> threads;
    std::string executor = default_executor();
    std::optional<std::int32_t> fraction_bits;
    bool restarts = false;
    std::string predictions;
    std::string json;
    bool is_quiet = false;
    std::vector<std::string> deciding = {};  // the call without what changes no figure, for the manifest: the same
                                             // study has the same bytes
};

/// Does what `syncopate ablate` says. Throws UsageError, Error or RefusedError.
ExitStatus ablate_job(const AblateOptions& options);

}  // namespace syncopate
