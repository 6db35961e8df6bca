#pragma once

#include "io/cli/exit_status.hpp"

#include <string>
#include <vector>

namespace syncopate {

/// Options of `syncopate inspect`.
struct InspectOptions {
    std::string network;
    std::vector<std::string> parity;   // none, or the files of input and output
    double tolerance = 1e-4;           // of --parity, and beside it
    double relative_tolerance = 1e-4;  // times the largest output of the sample
    std::string input_shape;
    std::string json;
};

/// Does what `syncopate inspect` says. Throws UsageError, Error or RefusedError.
ExitStatus inspect_job(const InspectOptions& options);

}  // namespace syncopate
