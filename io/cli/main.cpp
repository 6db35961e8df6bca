#include "io/cli/app.hpp"
#include "tests/support/reference_simulator.hpp"

#include <utility>

namespace {

syncopate::ReferenceRun simulate(const syncopate::CompiledNetwork& network, std::span<const std::int32_t> input,
                                 syncopate::Tick duration, syncopate::DrawKey key) {
    syncopate::ReferenceRun run;
    for (syncopate::ReferenceTrace& trace : syncopate::simulate_reference(network, input, duration, key)) {
        run.amplitudes.push_back(std::move(trace.amplitudes));
        run.potentials.push_back(std::move(trace.potentials.back()));
    }
    return run;
}

}  // namespace

int main(int argc, char** argv) { return syncopate::run_app(argc, argv, simulate); }
