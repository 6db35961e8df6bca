#include "io/cli/data_options.hpp"

#include "core/error.hpp"
#include "io/files/sha256.hpp"
#include "io/formats/data/dataset.hpp"

#include <CLI/CLI.hpp>

#include <span>
#include <utility>

namespace syncopate {

void add_input_range_option(CLI::App& command, DataOptions& options) {
    command.add_option(
        "--input-range", options.input_range,
        "What the data's numbers are: 0:1 (pixels over 255), 0:255 (pixels), both normalised as the network "
        "states, or ready (taken as they are); default: judged by minimum and maximum of the whole data");
}

void add_data_options(CLI::App& command, DataOptions& options, const char* name, const char* description) {
    command.add_option(name, options.path, description);
    command.add_option("--labels", options.labels, "Labels, where they lie in a file of their own");
    command.add_option("--split", options.split, "Part of a data set that has several: test or train (default: test)");
    command.add_option("--samples", options.samples, "Samples to use, as begin:end[:step] (default: all)");
    add_input_range_option(command, options);
}

Dataset open_dataset(const DataOptions& options, const Shape& network_input, const Preprocessing& preprocessing,
                     const std::vector<std::string>& class_names) {
    return open_dataset(DatasetRequest{.path = options.path,
                                       .labels = options.labels,
                                       .split = options.split,
                                       .network_input = network_input,
                                       .framing = framing_of(preprocessing),
                                       .class_names = class_names});
}

void require_data(const DataOptions& options, const std::string& name) {
    if (!options.path.empty()) return;
    for (const auto& [value, option] :
         {std::pair{&options.labels, "--labels"}, std::pair{&options.split, "--split"},
          std::pair{&options.samples, "--samples"}, std::pair{&options.input_range, "--input-range"}}) {
        if (!value->empty())
            throw UsageError(std::string(option) + " " + *value + ": says something of a data set, but " + name +
                             " gives none; give one, or leave the option out");
    }
}

std::optional<InputRange> stated_range(const DataOptions& options) {
    if (options.input_range.empty()) return std::nullopt;
    return parse_input_range(options.input_range);
}

std::string dataset_hash(const Dataset& dataset) {
    if (dataset.files.size() == 1) return sha256_of_file(dataset.files.front());
    Sha256 hash;
    for (const std::filesystem::path& file : dataset.files) {
        const std::string line = sha256_of_file(file) + "  " + file.filename().string() + "\n";
        hash.update(std::as_bytes(std::span(line)));
    }
    return hash.digest();
}

}  // namespace syncopate
