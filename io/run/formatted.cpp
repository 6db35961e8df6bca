#include "io/run/formatted.hpp"

#include "io/run/share.hpp"

#include <cstdarg>
#include <cstdio>

namespace syncopate {

std::string formatted(const char* pattern, ...) {
    char text[512];
    std::va_list arguments;
    va_start(arguments, pattern);
    std::vsnprintf(text, sizeof text, pattern, arguments);
    va_end(arguments);
    return text;
}

double percent(std::int64_t part, std::int64_t whole) { return 100.0 * ratio(part, whole); }

std::string with_interval(std::int64_t part, std::int64_t whole) {
    const Share share = share_of(part, whole);
    return formatted("%6.2f %%  [%5.2f, %5.2f]", percent(part, whole), 100.0 * share.wilson_low,
                     100.0 * share.wilson_high);
}

}  // namespace syncopate
