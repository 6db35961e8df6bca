#pragma once

#include "io/cli/data_options.hpp"
#include "io/cli/exit_status.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace syncopate {

/// Options of `syncopate convert`.
struct ConvertOptions {
    std::string network;
    std::string output;
    std::string threshold;
    bool per_channel = false;
    bool skips_zeros = false;
    std::vector<std::string> max_pools;
    DataOptions calibration;
    std::string v_init;
    std::int32_t fraction_bits = 24;
    std::string encoding = "direct";
    std::vector<double> mean;
    std::vector<double> std;
    double scale = 1.0 / 255.0;
    std::string resize;
    std::string center_crop;
    std::string input_shape;
    bool is_channels_last = false;
    std::vector<std::string> classes;
    std::optional<int> threads;
    bool is_quiet = false;
    std::string json;
};

/// Does what `syncopate convert` says. Throws UsageError, Error or RefusedError.
ExitStatus convert_job(const ConvertOptions& options);

}  // namespace syncopate
