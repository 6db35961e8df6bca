#pragma once

#include "core/tick.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace syncopate {

/// Up to this tick, a run says after each how often the read-out is right.
constexpr Tick last_tick_kept = 4096;

/// Ticks after which a run says how often the read-out is right unless somebody asks for others: each up to
/// `last_tick_kept`, then in steps of 1, 2 and 5 (5,000, 10,000, 20,000, 50,000, …), and T. Counted from 1, ascending.
std::vector<Tick> kept_ticks(Tick T);

/// The ticks that an option asks for: "all", or a list such as "100,1000"; T is always one of them. "": kept_ticks.
/// Where the read-out means something only after its whole window (`is_anytime` is false), T alone is left.
/// Throws UsageError naming the text and what would be right, also for a list that asks for more than such a T.
std::vector<Tick> parse_ticks(const std::string& text, Tick T, bool is_anytime);

/// Finds ticks that come in ascending order among those of a list.
class TickCursor {
public:
    explicit TickCursor(std::span<const Tick> ticks) : ticks_(ticks) {}

    /// The position of the tick in the list, or none. Requires: no smaller than the tick asked before.
    std::optional<std::size_t> find(Tick tick);

private:
    std::span<const Tick> ticks_;
    std::size_t next_ = 0;
};

}  // namespace syncopate
