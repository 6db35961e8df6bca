#include "topology/conversion/calibration.hpp"

#include "core/assert.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "topology/conversion/memory_plan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace syncopate {

namespace {

const AnnNode& node_of(const AnnGraph& graph, NodeIndex n) { return graph.nodes[n]; }

[[noreturn]] void refuse_value(const AnnNode& node, std::size_t sample) {
    throw Error("node \"" + node.name + "\": a value is not finite for sample " + std::to_string(sample) +
                "; check the network's weights and the preprocessing of the data");
}

/// Largest |value|; not a number if any value is not finite.
float largest_magnitude(std::span<const float> values) {
    float largest = 0.0F;
    // A comparison with NaN is false, so the running maximum would pass over one in silence; finiteness is noted beside
    // it. An infinity is refused as well: all bins of a histogram that reaches to infinity would be infinitely wide.
    bool is_finite = true;
    for (const float v : values) {
        const float magnitude = std::abs(v);
        is_finite &= magnitude <= std::numeric_limits<float>::max();
        largest = magnitude > largest ? magnitude : largest;
    }
    return is_finite ? largest : std::numeric_limits<float>::quiet_NaN();
}

void count_values(std::span<const float> values, std::size_t h, std::size_t bins, ActivationHistogram& histogram) {
    std::uint64_t* const counts = histogram.counts.data() + h * bins;
    const double range = static_cast<double>(histogram.range[h]);
    // In double precision and with basic operations only, which IEEE 754 defines to the last bit: the bin of a value is
    // the same on every machine. A range of 0 needs no bins, because then no value is positive.
    const double per_bin = range > 0.0 ? static_cast<double>(bins) / range : 0.0;
    // Zeros have a count of their own. In bin 0 they could not be told from small values, and neither a percentile over
    // the positive values alone, nor one that falls among the zeros and is then exactly 0, could be had.
    std::uint64_t zeros = 0;
    for (const float v : values) {
        if (!(v > 0.0F)) {
            ++zeros;
            continue;
        }
        // The largest value is the upper end of the last bin itself and would be put behind it.
        const double place = std::min(static_cast<double>(v) * per_bin, static_cast<double>(bins - 1));
        ++counts[static_cast<std::size_t>(place)];
    }
    histogram.zeros[h] += zeros;
}

InferenceOptions inference_options(const AnnGraph& graph, const std::vector<NodeIndex>& activations) {
    InferenceOptions options{Arithmetic::ordered, 0, activations};
    options.observed.push_back(0);  // the input; besides, an empty list would mean every node
    SYNCOPATE_ASSERT(!graph.nodes.empty());
    return options;
}

}  // namespace

void ActivationMaxima::merge(const ActivationMaxima& other) {
    SYNCOPATE_ASSERT(channel.size() == other.channel.size());
    samples += other.samples;
    input = std::max(input, other.input);
    for (std::size_t a = 0; a < channel.size(); ++a) {
        for (std::size_t c = 0; c < channel[a].size(); ++c)
            channel[a][c] = std::max(channel[a][c], other.channel[a][c]);
    }
}

double ActivationHistogram::quantile(std::size_t histogram, double fraction, bool count_zeros) const {
    const std::size_t bins = counts.size() / zeros.size();
    const std::span<const std::uint64_t> bin(counts.data() + histogram * bins, bins);
    std::uint64_t before = count_zeros ? zeros[histogram] : 0;
    std::uint64_t total = before;
    for (const std::uint64_t count : bin) total += count;
    if (total == 0) return 0.0;
    const double rank = fraction * static_cast<double>(total - 1);
    if (rank < static_cast<double>(before)) return 0.0;
    for (std::size_t b = 0; b < bins; ++b) {
        const auto end = static_cast<double>(before + bin[b]);
        if (rank < end) {
            // Values of a bin are taken to lie at even distances, the last of them at the upper end. The largest value
            // is in the last bin, so the quantile 1 is exactly the maximum, which the rule "max" takes. A rank between
            // the last value of this bin and the first of a later one would go beyond the end, hence the limit of 1.
            const double within = (rank - static_cast<double>(before) + 1.0) / static_cast<double>(bin[b]);
            const double place = (static_cast<double>(b) + std::min(within, 1.0)) / static_cast<double>(bins);
            return static_cast<double>(range[histogram]) * place;
        }
        before += bin[b];
    }
    // For fractions up to 1 the rank is below the total, and a bin is found; only counts beyond 2^53, which double does
    // not hold exactly, could lead here.
    return static_cast<double>(range[histogram]);
}

void Calibration::merge(const Calibration& other) {
    SYNCOPATE_ASSERT(activations.size() == other.activations.size());
    samples += other.samples;
    for (std::size_t a = 0; a < activations.size(); ++a) {
        ActivationHistogram& mine = activations[a];
        const ActivationHistogram& theirs = other.activations[a];
        // Counts add up only if bin b means the same in both, and that is decided by the range.
        SYNCOPATE_ASSERT(mine.range == theirs.range && mine.counts.size() == theirs.counts.size());
        for (std::size_t i = 0; i < mine.zeros.size(); ++i) mine.zeros[i] += theirs.zeros[i];
        for (std::size_t i = 0; i < mine.counts.size(); ++i) mine.counts[i] += theirs.counts[i];
    }
}

std::vector<NodeIndex> activation_nodes(const AnnGraph& graph) {
    std::vector<NodeIndex> nodes;
    for (const NodeIndex n : needed_nodes(graph, graph.output)) {
        const AnnOperator& operation = node_of(graph, n).operation;
        if (std::holds_alternative<AnnRelu>(operation) || std::holds_alternative<AnnStep>(operation))
            nodes.push_back(n);
    }
    return nodes;
}

// The graph is validated among the initialisers, and not in the body, because activation_nodes already goes from node
// to node by positions, which a graph that is not valid could have wrong.
Calibrator::Calibrator(const AnnGraph& graph, CalibrationOptions options)
    : graph_(graph),
      options_(options),
      nodes_((validate(graph), activation_nodes(graph))),
      index_of_(graph.nodes.size(), 0),
      inference_(graph, inference_options(graph, nodes_)) {
    for (std::size_t a = 0; a < nodes_.size(); ++a) index_of_[nodes_[a]] = a;
    if (options.bins < 16 || options.bins > (1 << 20)) {
        throw UsageError("calibration with " + std::to_string(options.bins) + " bins, must be between 16 and 2^20");
    }
    // In double: up to 2^30 channels a node times 2^20 bins, summed over the nodes, can pass 64 bits.
    double histograms = 0.0;
    for (const NodeIndex n : nodes_) histograms += options.per_channel ? node_of(graph, n).shape.channels : 1;
    if (!(histograms * options.bins * sizeof(std::uint64_t) <= double(1 << 30))) {
        throw UsageError("calibration of " + std::to_string(static_cast<std::int64_t>(histograms)) + " histograms of " +
                         std::to_string(options.bins) +
                         " bins takes more than 1 GiB; use fewer bins, or thresholds "
                         "per layer");
    }
}

void Calibrator::for_each_batch(const SampleSource& source, SampleRange range, const NodeObserver& observer) const {
    const auto input_size = to_size(graph_.input_shape().size());
    InferenceWorkspace workspace = inference_.make_workspace();
    std::vector<float> inputs(inference_.batch() * input_size);
    std::vector<float> outputs(inference_.batch() * to_size(graph_.output_shape().size()));
    for (std::size_t first = range.begin; first < range.end; first += inference_.batch()) {
        const std::size_t count = std::min(inference_.batch(), range.end - first);
        for (std::size_t s = 0; s < count; ++s)
            source.read(first + s, std::span(inputs).subspan(s * input_size, input_size));
        const std::size_t output_size = outputs.size() / inference_.batch();
        inference_.run(workspace, std::span(inputs).first(count * input_size),
                       std::span(outputs).first(count * output_size),
                       [&](NodeIndex node, std::size_t sample, std::span<const float> values) {
                           observer(node, first + sample, values);
                       });
    }
}

ActivationMaxima Calibrator::maxima(const SampleSource& source, SampleRange range) const {
    ActivationMaxima found;
    found.samples = range.end - range.begin;
    for (const NodeIndex n : nodes_) found.channel.emplace_back(to_size(node_of(graph_, n).shape.channels), 0.0F);
    for_each_batch(source, range, [&](NodeIndex n, std::size_t sample, std::span<const float> values) {
        const AnnNode& node = node_of(graph_, n);
        // Behind a ReLU or a step nothing is negative, and the largest magnitude is the largest value. The input has
        // signs, and what depends on it, the rate of a Bernoulli encoder and the exponent of the input, asks for
        // magnitudes. Node 0 is always the input and never an activation, so it needs no place in nodes_.
        const std::span<float> largest = n == 0 ? std::span(&found.input, 1) : std::span(found.channel[index_of_[n]]);
        const std::size_t run_length = values.size() / largest.size();
        for (std::size_t c = 0; c < largest.size(); ++c) {
            const float magnitude = largest_magnitude(values.subspan(c * run_length, run_length));
            if (!(magnitude >= 0.0F)) refuse_value(node, sample);
            largest[c] = std::max(largest[c], magnitude);
        }
    });
    return found;
}

Calibration Calibrator::empty_histograms(const ActivationMaxima& maxima) const {
    SYNCOPATE_ASSERT(maxima.channel.size() == nodes_.size());
    Calibration calibration{options_, 0, maxima.input, {}};
    for (std::size_t a = 0; a < nodes_.size(); ++a) {
        ActivationHistogram histogram;
        histogram.name = node_of(graph_, nodes_[a]).name;
        histogram.maximum = histogram.range = maxima.channel[a];
        if (!options_.per_channel) histogram.range = {*std::ranges::max_element(histogram.maximum)};
        histogram.zeros.assign(histogram.range.size(), 0);
        histogram.counts.assign(histogram.range.size() * to_size(options_.bins), 0);
        calibration.activations.push_back(std::move(histogram));
    }
    return calibration;
}

Calibration Calibrator::histograms(const SampleSource& source, SampleRange range,
                                   const ActivationMaxima& maxima) const {
    Calibration calibration = empty_histograms(maxima);
    calibration.samples = range.end - range.begin;
    for_each_batch(source, range, [&](NodeIndex n, std::size_t, std::span<const float> values) {
        if (n == 0) return;
        ActivationHistogram& histogram = calibration.activations[index_of_[n]];
        const std::size_t run_length = values.size() / histogram.range.size();
        for (std::size_t h = 0; h < histogram.range.size(); ++h)
            count_values(values.subspan(h * run_length, run_length), h, to_size(options_.bins), histogram);
    });
    return calibration;
}

namespace {

// Each worker adds up what its pieces give, and the workers' sums are added at the end: maxima and whole numbers, which
// no order changes, so neither does the number of workers.
template <class Sum>
Sum sum_of(std::size_t samples, Executor& executor, const std::function<Sum(SampleRange)>& sum_of_range) {
    // Inference takes at most 16 samples at a time here, so smaller pieces could leave its batches partly empty.
    constexpr std::size_t piece = 16;
    // No two pieces run with one worker's number at a time, so nobody else touches a worker's sum, and none needs a
    // lock. A sum is none at first because a merge needs vectors of the right lengths on both sides.
    std::vector<std::optional<Sum>> sums(to_size(executor.concurrency()));
    const auto add = [](std::optional<Sum>& sum, Sum&& more) {
        if (sum) {
            sum->merge(more);
        } else {
            sum = std::move(more);
        }
    };
    executor.for_each(static_cast<std::int64_t>((samples + piece - 1) / piece), [&](int worker, std::int64_t k) {
        const std::size_t begin = to_size(k) * piece;
        add(sums[to_size(worker)], sum_of_range({begin, std::min(samples, begin + piece)}));
    });
    std::optional<Sum> all;
    for (std::optional<Sum>& own : sums) {
        if (own) add(all, std::move(*own));
    }
    return std::move(*all);
}

}  // namespace

Calibration Calibrator::measure(const SampleSource& source, Executor& executor,
                                const std::function<void(std::int64_t)>& done) const {
    if (source.count() == 0) throw UsageError("calibration needs at least one sample; the data set is empty");
    const auto tell = [&](SampleRange range) {
        if (done) done(static_cast<std::int64_t>(range.end - range.begin));
    };
    // Linear bins need the range before the first value is counted. Bins that stretch when a larger value comes would
    // do with one pass, but they share out what they hold by guess, and in another way for another order of the
    // samples; so inference runs twice.
    const auto largest = sum_of<ActivationMaxima>(source.count(), executor, [&](SampleRange range) {
        ActivationMaxima own = maxima(source, range);
        tell(range);
        return own;
    });
    return sum_of<Calibration>(source.count(), executor, [&](SampleRange range) {
        Calibration own = histograms(source, range, largest);
        tell(range);
        return own;
    });
}

}  // namespace syncopate
