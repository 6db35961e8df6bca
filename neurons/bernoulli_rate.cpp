#include "neurons/bernoulli_rate.hpp"

#include "core/random.hpp"

#include <array>
#include <cstdlib>
#include <utility>

namespace syncopate {

namespace {

class BernoulliRateSource final : public SpikeSource {
public:
    explicit BernoulliRateSource(const BernoulliEncoder& encoder) : encoder_(encoder) {}

    Window emit(std::span<const std::int32_t> input, TickRange ticks, DrawKey key) const override {
        OpenWindow open(encoder_.shape.height, true);
        open.split(std::array<std::int32_t, 2>{0, encoder_.shape.height});
        open.open(ticks);
        for (Tick tick = ticks.begin; tick < ticks.end; ++tick) {
            for (std::int32_t y = 0; y < encoder_.shape.height; ++y) {
                const std::size_t count = emit_row(input, tick, y, key, open.segment(0));
                open.set_count(tick, y, count);
            }
        }
        return open.seal();
    }

private:
    std::size_t emit_row(std::span<const std::int32_t> input, Tick tick, std::int32_t y, DrawKey key,
                         OpenWindow::Segment& segment) const {
        const Shape& shape = encoder_.shape;
        const auto row_size = static_cast<std::size_t>(shape.width) * static_cast<std::size_t>(shape.channels);
        std::uint32_t* const positions = segment.positions_for(row_size);
        std::int32_t* const amplitudes = segment.amplitudes_for(row_size);
        std::size_t count = 0;
        for (std::int32_t x = 0; x < shape.width; ++x) {
            for (std::int32_t c = 0; c < shape.channels; ++c) {
                const std::int64_t neuron = (std::int64_t{c} * shape.height + y) * shape.width + x;
                const std::int32_t amplitude =
                    bernoulli_amplitude(encoder_, input[static_cast<std::size_t>(neuron)], neuron, tick, key);
                if (amplitude == 0) continue;
                positions[count] = static_cast<std::uint32_t>(x * shape.channels + c);
                amplitudes[count++] = amplitude;
            }
        }
        segment.close_row(count);
        return count;
    }

    BernoulliEncoder encoder_;
};

}  // namespace

std::int32_t bernoulli_amplitude(const BernoulliEncoder& encoder, std::int32_t x, std::int64_t neuron, Tick tick,
                                 DrawKey key) {
    if (x == 0) return 0;
    const std::int32_t sign = x > 0 ? 1 : -1;
    const auto magnitude = static_cast<std::uint64_t>(std::abs(std::int64_t{x}));
    const auto maximum = static_cast<std::uint64_t>(encoder.maximum);
    if (magnitude >= maximum) return sign;
    const std::uint64_t limit = (magnitude << 32) / maximum;  // p in steps of 2^-32
    const std::uint32_t bits = draw({key.seed, key.sample, encoder.population, static_cast<std::uint32_t>(neuron),
                                     static_cast<std::uint32_t>(tick), Purpose::encoding});
    return bits < limit ? sign : 0;
}

std::unique_ptr<const SpikeSource> make_bernoulli_rate(const BernoulliEncoder& encoder) {
    return std::make_unique<BernoulliRateSource>(encoder);
}

}  // namespace syncopate
