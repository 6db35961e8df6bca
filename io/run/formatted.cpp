#include "io/run/formatted.hpp"

#include "core/index.hpp"
#include "io/run/share.hpp"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

namespace syncopate {

std::string formatted(const char* pattern, ...) {
    std::va_list arguments, again;
    va_start(arguments, pattern);
    va_copy(again, arguments);
    // Asked for the length first: a path in a line may be of any.
    std::string text(to_size(std::max(0, std::vsnprintf(nullptr, 0, pattern, arguments))), '\0');
    std::vsnprintf(text.data(), text.size() + 1, pattern, again);
    va_end(arguments);
    va_end(again);
    return text;
}

double percent(std::int64_t part, std::int64_t whole) { return 100.0 * ratio(part, whole); }

std::string with_interval(std::int64_t part, std::int64_t whole) {
    const Share share = share_of(part, whole);
    return formatted("%6.2f %%  [%5.2f, %5.2f]", percent(part, whole), 100.0 * share.wilson_low,
                     100.0 * share.wilson_high);
}

}  // namespace syncopate
