#pragma once

#include "core/index.hpp"
#include "io/cli/data_options.hpp"
#include "io/formats/data/dataset.hpp"
#include "io/formats/data/preprocess.hpp"
#include "io/run/sample_batch.hpp"
#include "topology/layer_graph.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace syncopate {

/// The samples of a data set that a command line chooses, preprocessed for a network.
class ChosenSamples {
public:
    /// Throws Error or UsageError if the data set cannot be read, does not fit the network's input, or has no such
    /// samples.
    ChosenSamples(const DataOptions& options, const LayerGraph& graph);
    ChosenSamples(const ChosenSamples&) = delete;
    ChosenSamples& operator=(const ChosenSamples&) = delete;

    std::int64_t count() const { return std::ssize(indices_); }
    /// The sample at a position among the chosen. May be called from several threads at once.
    Sample load(std::int64_t position) const;
    /// Its index in the data set, and its label; −1 if there is none.
    std::int64_t index(std::int64_t position) const { return indices_[to_size(position)]; }
    std::int32_t label(std::int64_t position) const;

    const Dataset& dataset() const { return dataset_; }
    InputRange range() const { return preprocessor_.range().range; }
    /// The classes of a data set with a folder for each; none of others.
    std::vector<std::string> class_folders() const {
        return dataset_.has_class_folders ? dataset_.class_names : std::vector<std::string>{};
    }
    /// What was decided: the order of class folders, the range of the numbers.
    std::vector<std::string> notes() const;
    /// What looks odd: classes without samples, pixels without stated preprocessing.
    std::vector<std::string> warnings() const;

private:
    Preprocessing preprocessing_;
    std::vector<std::string> class_names_;
    Dataset dataset_;
    Preprocessor preprocessor_;
    std::vector<std::int64_t> indices_;
};

}  // namespace syncopate
