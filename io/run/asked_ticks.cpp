#include "io/run/asked_ticks.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "core/split.hpp"
#include "io/printable.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <numeric>

namespace syncopate {

namespace {

std::vector<Tick> every_tick(Tick last) {
    std::vector<Tick> ticks(to_size(last));
    std::iota(ticks.begin(), ticks.end(), Tick{1});
    return ticks;
}

Tick parse_tick(std::string_view word, const std::string& text, Tick T) {
    Tick tick = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), tick);
    if (error != std::errc{} || end != word.data() + word.size() || tick < 1 || tick > T)
        throw UsageError("--ticks " + text + ": \"" + printable(word) + "\", must be a tick from 1 to T = " +
                         std::to_string(T) + "; give \"all\", or ticks as in 1,10,100");
    return tick;
}

}  // namespace

std::vector<Tick> kept_ticks(Tick T) {
    // Every tick up to 4,096, so that windows of usual length lose nothing, and a bounded number beyond: judging each
    // of 2^20 ticks costs counters and report for each, and nobody reads them.
    std::vector<Tick> ticks = every_tick(std::min(T, last_tick_kept));
    // In 64 bits, because decade and step are multiplied once more before they are compared with T. Steps ascend from
    // decade to decade, and each must be beyond the last tick, so none comes twice.
    for (std::int64_t decade = 1; decade <= T; decade *= 10) {
        for (const std::int64_t step : {decade, 2 * decade, 5 * decade}) {
            if (step > ticks.back() && step < T) ticks.push_back(static_cast<Tick>(step));
        }
    }
    if (ticks.back() < T) ticks.push_back(T);
    return ticks;
}

std::vector<Tick> parse_ticks(const std::string& text, Tick T, bool is_anytime) {
    std::vector<Tick> ticks;
    if (text.empty() || text == "all") {
        // "all" are all ticks that say something; only a list names some that do not, and is refused below.
        if (!is_anytime) return {T};
        return text.empty() ? kept_ticks(T) : every_tick(T);
    }
    for (const std::string_view word : split(text, ',')) ticks.push_back(parse_tick(word, text, T));
    // T is always judged: what holds after it is the result of the run, and predictions wait for the last tick of the
    // list to be written.
    ticks.push_back(T);
    std::ranges::sort(ticks);
    ticks.erase(std::unique(ticks.begin(), ticks.end()), ticks.end());
    if (!is_anytime && ticks.size() > 1)
        throw UsageError("--ticks " + text + ": tick " + std::to_string(ticks.front()) +
                         " says nothing, because this network's read-out means something only after its whole window, "
                         "at T = " +
                         std::to_string(T) + "; leave --ticks out");
    return ticks;
}

std::optional<std::size_t> TickCursor::find(Tick tick) {
    // One step forward in all for each tick of the list, whatever the window's length; searching would cost its
    // logarithm at every tick.
    while (next_ < ticks_.size() && ticks_[next_] < tick) ++next_;
    if (next_ < ticks_.size() && ticks_[next_] == tick) return next_;
    return std::nullopt;
}

}  // namespace syncopate
