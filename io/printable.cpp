#include "io/printable.hpp"

#include <cstddef>

namespace syncopate {

std::string printable(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string shown;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto byte = static_cast<unsigned char>(text[i]);
        const unsigned next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
        // Names come from files. Control characters in them, those of two bytes as well, could move the cursor, change
        // colours or overwrite what stands on a terminal, so they are shown as numbers.
        const bool is_high = byte == 0xc2 && next >= 0x80 && next < 0xa0;  // U+0080 to U+009F in UTF-8
        if (!is_high && byte >= 32 && byte != 127) {
            shown += text[i];
            continue;
        }
        if (is_high) byte = static_cast<unsigned char>(text[++i]);
        shown += "\\x";
        shown += digits[byte / 16];
        shown += digits[byte % 16];
    }
    return shown;
}

}  // namespace syncopate
