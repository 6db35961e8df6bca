#include "io/report/escape.hpp"

#include <vector>

namespace syncopate::report {

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

double character_width(char character) {
    constexpr std::string_view narrow = "iIjl.,:;|!' ()[]ftr/-";
    constexpr std::string_view wide = "mwMW@%";
    if (narrow.find(character) != std::string_view::npos) return 0.36;
    if (wide.find(character) != std::string_view::npos) return 0.9;
    return character >= 'A' && character <= 'Z' ? 0.69 : 0.58;
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = sequence_length(text, at);
        const std::string_view name = entity(text[at]);
        if (length == 0 || is_control(byte_at(text, at)))
            result += replacement;
        else if (!name.empty())
            result += name;
        else
            result += text.substr(at, length);
        at += length == 0 ? 1 : length;
    }
    return result;
}

std::size_t character_count(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++at) count += (byte_at(text, at) & 0xC0U) != 0x80U ? 1U : 0U;
    return count;
}

double text_width(std::string_view text, double size) {
    double width = 0.0;
    for (const char character : text)
        if ((static_cast<unsigned char>(character) & 0xC0U) != 0x80U) width += character_width(character);
    return width * size;
}

std::string fitted(std::string_view text, double size, double width) {
    if (text_width(text, size) <= width) return std::string(text);
    std::vector<std::size_t> starts;  // of its characters, and the end
    for (std::size_t at = 0; at < text.size(); ++at)
        if ((byte_at(text, at) & 0xC0U) != 0x80U) starts.push_back(at);
    starts.push_back(text.size());
    std::string shorter = "…";
    for (std::size_t kept = starts.size() - 1; kept > 0; --kept) {
        const std::size_t head = starts[(kept + 1) / 2];
        const std::size_t tail = starts[starts.size() - 1 - kept / 2];
        shorter = std::string(text.substr(0, head)) + "…" + std::string(text.substr(tail));
        if (text_width(shorter, size) <= width) break;
    }
    return shorter;
}

}  // namespace syncopate::report
