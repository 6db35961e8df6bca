#include "io/cli/chosen_samples.hpp"

#include "core/index.hpp"

#include <algorithm>

namespace syncopate {

namespace {

const Shape& input_shape(const LayerGraph& graph) {
    return std::ranges::find_if(graph.populations, [](const Population& p) { return is_input(p.model); })->shape;
}

}  // namespace

ChosenSamples::ChosenSamples(const DataOptions& options, const LayerGraph& graph)
    : preprocessing_(graph.preprocessing),
      class_names_(graph.class_names),
      dataset_(open_dataset(options, input_shape(graph), graph.preprocessing, graph.class_names)),
      preprocessor_(dataset_, preprocessing_, input_shape(graph), stated_range(options)),
      indices_(parse_sample_range(options.samples, dataset_.count)) {}

Sample ChosenSamples::load(std::int64_t position) const {
    return {index(position), label(position), preprocessor_.sample(index(position))};
}

std::int32_t ChosenSamples::label(std::int64_t position) const {
    return dataset_.has_labels() ? dataset_.labels[to_size(index(position))] : -1;
}

std::vector<std::string> ChosenSamples::notes() const {
    std::vector<std::string> notes = dataset_.notes;
    if (!preprocessor_.range().note.empty()) notes.push_back(preprocessor_.range().note);
    return notes;
}

std::vector<std::string> ChosenSamples::warnings() const {
    std::vector<std::string> warnings = dataset_.warnings;
    const bool are_reordered =
        dataset_.class_names != class_names_ && std::ranges::is_permutation(dataset_.class_names, class_names_);
    if (are_reordered)
        warnings.push_back(dataset_.files.front().string() +
                           ": names the same classes as the network, but in another order; labels go by the data's");
    const bool is_only_scaled = range() == InputRange::byte && !preprocessing_.stated;
    if (is_only_scaled)
        warnings.emplace_back(
            "the network file does not state its preprocessing (convert --mean --std); pixels are only scaled to 0 … "
            "1");
    return warnings;
}

}  // namespace syncopate
