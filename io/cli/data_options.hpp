#pragma once

#include "core/shape.hpp"
#include "io/formats/data/input_range.hpp"
#include "topology/linear_stage.hpp"

#include <optional>
#include <string>
#include <vector>

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
    std::string input_range;
};

/// Adds --`name`, --labels, --split, --samples and --input-range to a command.
void add_data_options(CLI::App& command, DataOptions& options, const char* name, const char* description);

/// Adds --input-range alone.
void add_input_range_option(CLI::App& command, DataOptions& options);

/// Opens the data set that the options name, for a network with this input, preprocessing and, if any, class names.
Dataset open_dataset(const DataOptions& options, const Shape& network_input, const Preprocessing& preprocessing,
                     const std::vector<std::string>& class_names);

/// Throws UsageError if something is said of a data set, but `name` does not give one.
void require_data(const DataOptions& options, const std::string& name);

/// What --input-range states, if it is given. Throws UsageError.
std::optional<InputRange> stated_range(const DataOptions& options);

/// SHA-256 over the data set's files.
std::string dataset_hash(const Dataset& dataset);

}  // namespace syncopate
