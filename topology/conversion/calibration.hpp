#pragma once

#include "core/engine/executor.hpp"
#include "topology/conversion/ann_inference.hpp"
#include "topology/conversion/sample_source.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace syncopate {

struct CalibrationOptions {
    bool per_channel = false;  // histograms of every channel instead of the whole layer
    std::int32_t bins = 4096;  // of a histogram, linear from 0 to the largest activation; a percentile is as fine
};

/// First pass: the largest value of every activation. Any split of the samples, merged in any order, gives the same.
struct ActivationMaxima {
    std::size_t samples = 0;
    float input = 0.0F;                       // largest |x| of the input
    std::vector<std::vector<float>> channel;  // of every activation (in the order of the graph), of every channel

    void merge(const ActivationMaxima& other);
};

/// Distribution of the values of one activation, zeros apart.
struct ActivationHistogram {
    std::string name;                   // of the node
    std::vector<float> maximum;         // of every channel
    std::vector<float> range;           // upper end of every histogram
    std::vector<std::uint64_t> zeros;   // of every histogram
    std::vector<std::uint64_t> counts;  // [histogram][bin]; bin b holds range·b/bins … range·(b+1)/bins

    /// The value below which the share `fraction` (0 … 1) of the values lies, by linear interpolation between ranks and
    /// within a bin; 0 if there are no values. `count_zeros`: zeros are values too.
    double quantile(std::size_t histogram, double fraction, bool count_zeros) const;
};

/// What calibration knows: integer counts, so that it does not depend on the order of samples, on how they were split,
/// or on the machine.
struct Calibration {
    CalibrationOptions options;
    std::size_t samples = 0;
    float input_maximum = 0.0F;                    // largest |x| of the input
    std::vector<ActivationHistogram> activations;  // in the order of the graph

    /// Adds the counts of other samples. Requires: both come from the same first pass.
    void merge(const Calibration& other);
};

/// Activations (AnnRelu, AnnStep) that the output needs, in the order of the graph.
std::vector<NodeIndex> activation_nodes(const AnnGraph& graph);

/// Measures the activations of a network on samples, in the arithmetic that gives the same bits everywhere.
///
/// Two passes, each of which can be split over threads: `maxima` of ranges of samples, merged; then `histograms` of
/// ranges of samples, merged. Thread safety: everything is const. The graph must outlive the object.
class Calibrator {
public:
    /// Throws UsageError unless there are 16 to 2^20 bins and all histograms together stay below 1 GiB.
    explicit Calibrator(const AnnGraph& graph, CalibrationOptions options = {});

    /// Throws Error naming the node and the sample if an activation is not finite.
    ActivationMaxima maxima(const SampleSource& source, SampleRange range) const;

    /// Requires: `maxima` is that of all samples.
    Calibration histograms(const SampleSource& source, SampleRange range, const ActivationMaxima& maxima) const;

    /// Both passes over all samples, ranges of them in parallel; the result does not depend on how they were cut.
    /// `done`: told from any thread how many samples a pass has just gone through, each twice in all; may be empty.
    /// Throws UsageError if there is no sample.
    Calibration measure(const SampleSource& source, Executor& executor,
                        const std::function<void(std::int64_t)>& done = {}) const;
    /// The same on this thread.
    Calibration measure(const SampleSource& source) const { return measure(source, *make_serial_executor()); }

private:
    void for_each_batch(const SampleSource& source, SampleRange range, const NodeObserver& observer) const;
    Calibration empty_histograms(const ActivationMaxima& maxima) const;

    const AnnGraph& graph_;
    CalibrationOptions options_;
    std::vector<NodeIndex> nodes_;
    std::vector<std::size_t> index_of_;  // of every node, its place in nodes_
    AnnInference inference_;
};

}  // namespace syncopate
