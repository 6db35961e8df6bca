#include "neurons/read_out.hpp"

#include <algorithm>

namespace syncopate {

namespace {

class ReadOutDynamics final : public NeuronDynamics {
public:
    bool fires() const override { return false; }
    void advance(std::span<Charge> potential, std::span<std::int32_t> current, std::span<const std::int32_t> bias,
                 std::span<std::uint64_t> fired) const override {
        for (std::size_t i = 0; i < potential.size(); ++i) {
            potential[i] += current[i];
            current[i] = bias[i];
        }
        std::ranges::fill(fired, std::uint64_t{0});
    }
};

}  // namespace

std::unique_ptr<const NeuronDynamics> make_read_out() { return std::make_unique<ReadOutDynamics>(); }

}  // namespace syncopate
