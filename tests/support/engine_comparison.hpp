#pragma once

#include "core/engine/engine.hpp"
#include "tests/support/random_network.hpp"
#include "tests/support/reference_simulator.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace syncopate {

/// Spikes of every population as [tick][neuron] amplitudes in local ticks, and the read-out's potentials.
class DenseRecorder final : public Observer {
public:
    DenseRecorder(const CompiledNetwork& network, Tick duration);
    void read_out(std::size_t population, Tick tick, std::span<const Charge> potential) override;
    void spikes(std::size_t population, const Window& window) override;

    std::vector<std::vector<std::vector<std::int32_t>>> amplitudes;  // [population][tick][neuron]
    std::vector<std::vector<std::vector<Charge>>> read_outs;         // [population][call][neuron]

private:
    const CompiledNetwork& network_;
};

/// A network, an input, and what the reference simulator makes of them.
struct ComparisonCase {
    CompiledNetwork network;
    std::vector<std::int32_t> input;
    Tick duration = 1;
    DrawKey key;
    std::vector<ReferenceTrace> expected;
    std::vector<std::int64_t> operations;  // that the spikes of every population cause
};
ComparisonCase make_case(const RandomNetwork& random, std::uint64_t seed);

/// True if the engine repeats the reference spike for spike, charge for charge and operation for operation.
bool is_repeated(const ComparisonCase& c, EngineOptions options, Executor& executor);

/// Repeats cases with 2 and 4 threads and with every instruction set. Returns what differs from the reference, or "".
std::string difference_between_machines(ComparisonCase (*case_of)(std::uint64_t seed));

}  // namespace syncopate
