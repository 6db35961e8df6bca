#include "neurons/integration.hpp"

#include <algorithm>

namespace syncopate {

namespace {

class IntegrationDynamics final : public NeuronDynamics {
public:
    bool fires() const override { return false; }
    void advance(std::span<Charge> potential, std::span<const std::int32_t> current,
                 std::span<std::uint64_t> fired) const override {
        integrate(potential, current, fired);
    }
    void advance(std::span<Charge> potential, std::span<const Charge> current,
                 std::span<std::uint64_t> fired) const override {
        integrate(potential, current, fired);
    }

private:
    template <class Current>
    static void integrate(std::span<Charge> potential, std::span<const Current> current,
                          std::span<std::uint64_t> fired) {
        for (std::size_t i = 0; i < potential.size(); ++i) potential[i] += current[i];
        std::ranges::fill(fired, std::uint64_t{0});
    }
};

}  // namespace

std::unique_ptr<const NeuronDynamics> make_integration() { return std::make_unique<IntegrationDynamics>(); }

}  // namespace syncopate
