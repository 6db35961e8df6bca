#pragma once

#include "io/formats/data/preprocess.hpp"
#include "topology/conversion/sample_source.hpp"

#include <utility>
#include <vector>

namespace syncopate {

/// Chosen samples of a data set as float inputs of a network. The preprocessor must outlive it.
class DatasetSamples final : public SampleSource {
public:
    DatasetSamples(const Preprocessor& preprocessor, std::vector<std::int64_t> samples)
        : preprocessor_(preprocessor), samples_(std::move(samples)) {}
    std::size_t count() const override { return samples_.size(); }
    void read(std::size_t index, std::span<float> sample) const override {
        const std::vector<double> values = preprocessor_.sample(samples_[index]);
        for (std::size_t i = 0; i < values.size(); ++i) sample[i] = static_cast<float>(values[i]);
    }

private:
    const Preprocessor& preprocessor_;
    std::vector<std::int64_t> samples_;
};

}  // namespace syncopate
