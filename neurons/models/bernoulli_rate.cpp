#include "neurons/models/bernoulli_rate.hpp"

#include "core/index.hpp"
#include "core/number_text.hpp"
#include "core/random/random.hpp"
#include "neurons/models/input_exponent.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace syncopate {

namespace {

/// `maximum`: in steps of the input.
class BernoulliRateSource final : public SpikeSource {
public:
    BernoulliRateSource(const Shape& shape, std::uint32_t population, Charge maximum)
        : shape_(shape), population_(population), maximum_(static_cast<std::uint64_t>(maximum)) {}

    Window emit(std::span<const std::int32_t> input, TickRange ticks, DrawKey key) const override {
        OpenWindow open(shape_.height, true);
        open.split(std::array<std::int32_t, 2>{0, shape_.height});
        open.open(ticks);
        for (Tick tick = ticks.begin; tick < ticks.end; ++tick) {
            for (std::int32_t y = 0; y < shape_.height; ++y) {
                const std::size_t count = emit_row(input, tick, y, key, open.segment(0));
                open.set_count(tick, y, count);
            }
        }
        return open.seal();
    }

private:
    std::size_t emit_row(std::span<const std::int32_t> input, Tick tick, std::int32_t y, DrawKey key,
                         OpenWindow::Segment& segment) const {
        const auto row_size = to_size(shape_.width) * to_size(shape_.channels);
        std::uint32_t* const positions = segment.positions_for(row_size);
        std::int32_t* const amplitudes = segment.amplitudes_for(row_size);
        std::size_t count = 0;
        for (std::int32_t x = 0; x < shape_.width; ++x) {
            for (std::int32_t c = 0; c < shape_.channels; ++c) {
                const std::int64_t neuron = (std::int64_t{c} * shape_.height + y) * shape_.width + x;
                const std::int32_t amplitude =
                    draw_amplitude(input[to_size(neuron)], static_cast<std::uint32_t>(neuron), tick, key);
                if (amplitude == 0) continue;
                positions[count] = static_cast<std::uint32_t>(x * shape_.channels + c);
                amplitudes[count++] = amplitude;
            }
        }
        segment.close_row(count);
        return count;
    }

    std::int32_t draw_amplitude(std::int32_t x, std::uint32_t neuron, Tick tick, DrawKey key) const {
        if (x == 0) return 0;
        const std::int32_t sign = x > 0 ? 1 : -1;
        // Widened first: the magnitude of the smallest 32-bit number does not fit into 32 bits.
        const auto magnitude = static_cast<std::uint64_t>(std::abs(std::int64_t{x}));
        // Certain spikes take no draw. The probability below is rounded down to steps of 2^-32, and for 1 the limit
        // would be 2^32, which no 32-bit draw lies beneath by comparison alone.
        if (magnitude >= maximum_) return sign;
        const std::uint64_t limit = (magnitude << 32) / maximum_;  // p in steps of 2^-32
        const std::uint32_t bits =
            draw({key.seed, key.sample, population_, neuron, static_cast<std::uint32_t>(tick), Purpose::encoding});
        return bits < limit ? sign : 0;
    }

    Shape shape_;
    std::uint32_t population_;
    std::uint64_t maximum_;
};

constexpr ParameterInfo maximum_info = {.name = "maximum",
                                        .unit = {},
                                        .help = "The input value that spikes at every tick",
                                        .least = 0.0,
                                        .is_above_least = true,
                                        .is_required = true};

}  // namespace

const ModelInfo& BernoulliRate::info() {
    static constexpr ModelInfo info = {
        .name = "bernoulli_rate",
        .role = PopulationRole::encoder,
        .sentence = "The input as random spikes of amplitude sign(x) with probability min(|x| / maximum, 1)",
        .equation = "P(spike at t) = min(|x| / maximum, 1), amplitude sign(x), every tick on its own",
        .source = "Diehl et al. 2015, IJCNN, with signs",
        .takes_bias = false};
    return info;
}

void BernoulliRate::visit(ParameterVisitor& visitor) {
    visitor.whole(input_exponent_info, input_exponent);
    visitor.number(maximum_info, maximum);
}

std::optional<std::string> BernoulliRate::complaint() const {
    if (!(maximum > std::ldexp(max_input, input_exponent))) return std::nullopt;
    return "maximum " + number_text(maximum) +
           ", must be at most 127 times 2^input_exponent; convert the network again";
}

void BernoulliRate::compile(CompiledPopulation& population) const {
    // A maximum below half a step of the input would round to 0, by which draw_amplitude divides.
    const Charge steps = std::max<Charge>(1, to_charge(maximum, input_fraction_bits - input_exponent));
    population.model.numbers = {{"maximum", steps}};
    population.encoder = std::make_unique<BernoulliRateSource>(population.shape, population.id, steps);
}

NeuronModel bernoulli_rate_model() { return BernoulliRate{}; }

}  // namespace syncopate
