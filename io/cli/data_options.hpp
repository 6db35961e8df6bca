#pragma once

#include "core/shape.hpp"
#include "topology/linear_stage.hpp"

#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace syncopate {

struct Dataset;

/// Which data set, and which part of it.
struct DataOptions {
    std::string path;
    std::string labels;
    std::string split;
    std::string samples;
};

/// Adds --`name`, --labels, --split and --samples to a command.
void add_data_options(CLI::App& command, DataOptions& options, const char* name, const char* description);

/// Opens the data set that the options name, for a network with this input and resize.
Dataset open_dataset(const DataOptions& options, const Shape& network_input, const std::optional<Extent>& resize);

/// SHA-256 over the data set's files.
std::string dataset_hash(const Dataset& dataset);

}  // namespace syncopate
