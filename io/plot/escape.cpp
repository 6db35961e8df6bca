#include "io/plot/escape.hpp"

namespace syncopate {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

unsigned byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

/// Bytes of the UTF-8 character that begins at `at`; 0 if none does.
std::size_t sequence_length(std::string_view text, std::size_t at) {
    const unsigned lead = byte_at(text, at);
    const std::size_t length = lead < 0x80                    ? 1
                               : lead >= 0xC2 && lead <= 0xDF ? 2
                               : lead >= 0xE0 && lead <= 0xEF ? 3
                               : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                              : 0;
    if (length == 0 || at + length > text.size()) return 0;
    for (std::size_t n = 1; n < length; ++n)
        if ((byte_at(text, at + n) & 0xC0U) != 0x80U) return 0;
    if (length == 1) return 1;
    const unsigned second = byte_at(text, at + 1);
    const bool is_overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    const bool is_surrogate = lead == 0xED && second >= 0xA0;
    const bool is_noncharacter = lead == 0xEF && second == 0xBF && byte_at(text, at + 2) >= 0xBE;
    return is_overlong || is_surrogate || is_noncharacter || (lead == 0xF4 && second > 0x8F) ? 0 : length;
}

std::string_view entity(char character) {
    switch (character) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&#39;";
        default:
            return {};
    }
}

bool is_control(unsigned byte) { return (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F; }

}  // namespace

std::string valid_text(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = sequence_length(text, at);
        const bool is_printed = length > 0 && !is_control(byte_at(text, at));
        result += is_printed ? text.substr(at, length) : replacement;
        at += is_printed ? length : 1;
    }
    return result;
}

std::string escaped(std::string_view text) {
    std::string result;
    for (const char character : valid_text(text)) {
        const std::string_view name = entity(character);
        if (name.empty())
            result += character;
        else
            result += name;
    }
    return result;
}

}  // namespace syncopate
