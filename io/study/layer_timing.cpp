#include "io/study/layer_timing.hpp"

#include "core/index.hpp"
#include "io/run/share.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace syncopate {

namespace {

// Sums are of whole numbers, so that samples can be added in any order and by any number of threads. Steps must then be
// coarse enough for the sums: an error of all T thresholds in the longest window, 2^20 ticks, is 2^32 steps of 2^-12
// thresholds, and 64 bits hold 2^31 such pairs of neuron and sample. In the steps of potentials, 2^-24, they would hold
// 2^19. A centroid is below 2^20 ticks, so 16 bits more leave room for 2^27 pairs.
constexpr std::int32_t error_bits = 12;
constexpr std::int32_t centroid_bits = 16;

void add_all(std::vector<std::int64_t>& sums, const std::vector<std::int64_t>& others) {
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += others[i];
}

/// From charge to steps of 2^-error_bits thresholds, towards 0.
std::int64_t rescaled(Charge charge, std::int32_t fraction_bits) {
    // By division, which cuts towards 0; a shift would round negative errors down and positive ones too, and shift the
    // mean of signed errors by half a step.
    return fraction_bits >= error_bits ? charge / (Charge{1} << (fraction_bits - error_bits))
                                       : charge * (Charge{1} << (error_bits - fraction_bits));
}

}  // namespace

void NeuronTimes::add(const Window& window, const Shape& shape) {
    const std::size_t row_size = to_size(shape.width) * to_size(shape.channels);
    for (Tick tick = window.ticks().begin; tick < window.ticks().end; ++tick) {
        for (std::int32_t y = 0; y < shape.height; ++y) {
            for (const std::uint32_t position : window.row(tick, y).positions) {
                const std::size_t i = to_size(y) * row_size + position;
                // Windows of a population come in the order of time, so the first spike seen is the earliest.
                if (count[i]++ == 0) first[i] = tick;
                sum[i] += tick;
            }
        }
    }
}

LayerTiming::LayerTiming(Tick T)
    : T_(T),
      spikes_by_tick_(to_size(T), 0),
      first_(to_size(T), 0),
      centroid_(to_size(T), 0),
      offset_(to_size(2 * T + 1), 0) {}

void LayerTiming::add_times(const NeuronTimes& times, std::span<const std::int64_t> spikes_by_tick) {
    for (std::size_t t = 0; t < spikes_by_tick_.size(); ++t) spikes_by_tick_[t] += spikes_by_tick[t];
    neurons_ += std::ssize(times.count);
    for (std::size_t i = 0; i < times.count.size(); ++i) {
        if (times.count[i] == 0) {
            ++silent_;
            continue;
        }
        ++first_[to_size(times.first[i])];
        ++centroid_[to_size(times.sum[i] / times.count[i])];
        first_sum_ += times.first[i];
        // Spike times sum to less than T^2, 2^40 at most, so the shift stays within 64 bits.
        centroid_sum_ += (times.sum[i] << centroid_bits) / times.count[i];
    }
}

void LayerTiming::add_ann(const CompiledPopulation& layer, std::span<const std::int32_t> counts,
                          std::span<const float> activations) {
    const auto area = to_size(layer.shape.area());
    ann_pairs_ += std::ssize(counts);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const double theta = layer.v_threshold.size() == 1 ? layer.v_threshold[0] : layer.v_threshold[i / area];
        // Limited while it is still floating point: an activation can be so large, or infinite, that no integer holds
        // it, and converting it would be undefined.
        const double spikes = std::floor(static_cast<double>(activations[i]) * T_ / theta + 0.5);
        // Also an activation that is not a number counts as silent.
        const auto ann = spikes > 0.0 ? static_cast<std::int32_t>(std::min(spikes, static_cast<double>(T_))) : 0;
        ++offset_[to_size(std::clamp(counts[i] - ann, -T_, T_) + T_)];
        if (!(activations[i] > 0.0f)) {
            ++ann_silent_;
            false_spiking_ += counts[i] > 0 ? 1 : 0;
        }
        missed_ += ann >= 1 && counts[i] == 0 ? 1 : 0;
    }
}

std::vector<Charge> activation_caps(const Population& population, const CompiledPopulation& layer, Tick T) {
    const auto* const relu = std::get_if<AnnRelu>(&population.activation);
    const auto* const step = std::get_if<AnnStep>(&population.activation);
    if (relu == nullptr && step == nullptr) return {};
    const std::vector<double>& caps = relu != nullptr ? relu->cap : step->threshold;
    std::vector<Charge> charges;
    for (std::size_t c = 0; c < to_size(layer.shape.channels); ++c) {
        const double theta = layer.v_threshold[layer.v_threshold.size() == 1 ? 0 : c];
        const double cap = caps[caps.size() == 1 ? 0 : c] / theta * T;
        // What 64 bits do not hold is no cap: no window brings so much.
        const double largest = std::ldexp(1.0, 60 - layer.fraction_bits);
        charges.push_back(cap < largest ? to_charge(cap, layer.fraction_bits) : std::numeric_limits<Charge>::max());
    }
    const bool has_none =
        std::ranges::all_of(charges, [](Charge c) { return c == std::numeric_limits<Charge>::max(); });
    return has_none ? std::vector<Charge>{} : charges;
}

void LayerTiming::add_residuals(const CompiledPopulation& layer, std::span<const Charge> caps,
                                std::span<const std::int32_t> counts, std::span<const Charge> potentials) {
    // Why no second simulation is needed to know what arrived: these neurons lose no charge. What a neuron received in
    // the window is what it sent, plus what is left, less what it began with. From that total follow the count that an
    // ideal neuron would send, and with it all three errors. A leak or a reset to a value throws charge away
    // unrecorded.
    if (!layer.balance) return;
    const Charge theta = layer.balance->v_threshold;
    std::array<std::int64_t, 4> sums{}, magnitudes{};
    const auto area = to_size(layer.shape.area());
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const Charge sent = counts[i] * theta;
        // Memoryless neurons do not take a spike's charge off; done here, the equation is the same for all.
        const Charge residual = layer.balance->keeps_sent ? potentials[i] - sent : potentials[i];
        residual_low_ += residual < 0 ? 1 : 0;
        residual_high_ += residual >= theta ? 1 : 0;
        const Charge received = sent + residual - layer.v_init;
        const Charge clipped = std::clamp<Charge>(received, 0, T_ * theta);
        // What the ANN's activation would give: it is the network that was converted that the error is measured
        // against, and where it clips, nothing is lost by clipping there too.
        const Charge cap = caps.empty() ? std::numeric_limits<Charge>::max() : caps[i / area];
        const Charge wanted = std::clamp<Charge>(received, 0, cap);
        // θ is 2^fraction_bits, so the shift is a division that rounds down, for negative charge as well, which is what
        // ⌊ ⌋ asks for; / would round it up to 0. Clamping comes after it.
        const Charge steps = (received + layer.v_init + layer.balance->rounding) >> layer.fraction_bits;
        const Charge quantised = theta * std::clamp<Charge>(steps, 0, T_);
        // Each part is the difference of two neighbours in the chain wanted, clipped, quantised, sent,
        // so what stands between cancels and the three add up to the total exactly, whatever clipped and quantised are.
        const std::array<Charge, 4> errors = {clipped - wanted, quantised - clipped, sent - quantised, sent - wanted};
        for (std::size_t k = 0; k < errors.size(); ++k) {
            const std::int64_t error = rescaled(errors[k], layer.fraction_bits);
            sums[k] += error;
            magnitudes[k] += std::abs(error);
        }
    }
    residual_pairs_ += std::ssize(counts);
    std::size_t k = 0;
    for (ErrorSum* const part : {&clipping_, &quantisation_, &unevenness_, &total_}) {
        part->signed_sum += sums[k];
        part->magnitude += magnitudes[k];
        ++k;
    }
}

void LayerTiming::merge(const LayerTiming& other) {
    add_all(spikes_by_tick_, other.spikes_by_tick_);
    add_all(first_, other.first_);
    add_all(centroid_, other.centroid_);
    add_all(offset_, other.offset_);
    neurons_ += other.neurons_;
    silent_ += other.silent_;
    first_sum_ += other.first_sum_;
    centroid_sum_ += other.centroid_sum_;
    ann_pairs_ += other.ann_pairs_;
    ann_silent_ += other.ann_silent_;
    false_spiking_ += other.false_spiking_;
    missed_ += other.missed_;
    residual_pairs_ += other.residual_pairs_;
    residual_low_ += other.residual_low_;
    residual_high_ += other.residual_high_;
    const std::array<std::pair<ErrorSum*, const ErrorSum*>, 4> parts = {{{&clipping_, &other.clipping_},
                                                                         {&quantisation_, &other.quantisation_},
                                                                         {&unevenness_, &other.unevenness_},
                                                                         {&total_, &other.total_}}};
    for (const auto& [own, theirs] : parts) {
        own->signed_sum += theirs->signed_sum;
        own->magnitude += theirs->magnitude;
    }
}

ErrorPart LayerTiming::part(const ErrorSum& sum) const {
    const std::int64_t whole = residual_pairs_ * T_ << error_bits;
    return {ratio(sum.signed_sum, whole), ratio(sum.magnitude, whole)};
}

LayerDetail LayerTiming::detail(const std::string& name) const {
    LayerDetail detail{.name = name,
                       .neurons = neurons_,
                       .silent = silent_,
                       .spikes_by_tick = spikes_by_tick_,
                       .first_spike = first_,
                       .centroid = centroid_};
    const std::int64_t spiking = neurons_ - silent_;
    detail.mean_first_spike = ratio(first_sum_, spiking);
    detail.mean_centroid = std::ldexp(ratio(centroid_sum_, spiking), -centroid_bits);
    detail.has_ann = ann_pairs_ > 0;
    if (detail.has_ann) detail.offset = offset_;
    detail.ann_silent = ann_silent_;
    detail.false_spiking = false_spiking_;
    detail.missed = missed_;
    detail.has_residual = residual_pairs_ > 0;
    detail.residual_low = residual_low_;
    detail.residual_high = residual_high_;
    detail.clipping = part(clipping_);
    detail.quantisation = part(quantisation_);
    detail.unevenness = part(unevenness_);
    detail.total = part(total_);
    return detail;
}

}  // namespace syncopate
