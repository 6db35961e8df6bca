#pragma once

#include "core/compiled_network.hpp"
#include "core/tick.hpp"

#include <cstdint>
#include <string>

namespace syncopate {

/// How long an inference takes, in ticks: the window of the read-out, and the windows before it.
struct Latency {
    Tick T = 1;
    std::int64_t extra_ticks = 0;  // before the read-out's window
    std::int64_t total_ticks = 1;

    /// Whether the read-out can be asked after every tick. Behind two-phase neurons or relays it cannot.
    bool is_anytime() const { return extra_ticks == 0; }
};

/// Of a network with one read-out.
Latency latency_of(const CompiledNetwork& network, Tick T);

/// Why the read-out says nothing before the last tick, where that is so.
constexpr const char* whole_window_note =
    "two-phase neurons / rearranged windows: the read-out means something only after its whole window";

/// One line for people.
std::string to_text(const Latency& latency);

/// As our JSON files write it. A template, because only sources know which library writes JSON.
template <typename Json>
void to_json(Json& json, const Latency& latency) {
    json = {{"T", latency.T}, {"extra_ticks", latency.extra_ticks}, {"total_ticks", latency.total_ticks}};
}

}  // namespace syncopate
