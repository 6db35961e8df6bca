#pragma once

#include "core/tick.hpp"
#include "io/run/sample_batch.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace syncopate {

/// Takes what a run says of each sample. Samples are told apart by their position in the run; several threads may call
/// at once, but never for the same sample.
class PredictionSink {
public:
    virtual ~PredictionSink() = default;
    /// Classes and logits (tick by tick) after some of the ticks asked for: from the `first` of their list on.
    virtual void ticks(const Sample& sample, std::size_t first, std::span<const std::int32_t> classes,
                       std::span<const double> logits) = 0;
    /// The class that the ANN chooses and its logits; −1 and none where there is no ANN.
    virtual void ann(const Sample& sample, std::int32_t choice, std::span<const float> logits) = 0;
};

/// What a run tells beside its statistics.
struct RunListener {
    std::vector<Tick> judged_ticks = {};     // after which the read-out is judged; none: kept_ticks
    std::vector<Tick> predicted_ticks = {};  // of which `predictions` is told
    PredictionSink* predictions = nullptr;   // may be null; outlives the run
    /// Told from any thread how many ticks have just passed in a sample. May be empty.
    std::function<void(std::int64_t)> ticked = {};
};

}  // namespace syncopate
