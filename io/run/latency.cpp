#include "io/run/latency.hpp"

#include "io/run/formatted.hpp"
#include "io/run/simulation.hpp"

namespace syncopate {

Latency latency_of(const CompiledNetwork& network, Tick T) {
    // 64 bits: a window has up to 2^20 ticks, so 2,048 held windows in a row would be beyond 32.
    const std::int64_t phase = network.populations[find_read_out(network)].phase;
    return {.T = T, .extra_ticks = phase * T, .total_ticks = (phase + 1) * T};
}

std::string to_text(const Latency& latency) {
    if (latency.is_anytime()) return formatted("Latency: %d ticks (T %d, no extra steps)\n", latency.T, latency.T);
    return formatted("Latency: %lld ticks (T %d, %lld extra steps before the read-out's window)\n",
                     static_cast<long long>(latency.total_ticks), latency.T,
                     static_cast<long long>(latency.extra_ticks));
}

}  // namespace syncopate
