#include "io/plot/text_width.hpp"

#include "core/index.hpp"

#include <algorithm>
#include <vector>

namespace syncopate {

namespace {

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

constexpr double narrowest = 0.36;

double character_width(char character) {
    constexpr std::string_view narrow = "iIjl.,:;|!' ()[]ftr/-";
    constexpr std::string_view wide = "mwMW@%";
    if (narrow.find(character) != std::string_view::npos) return narrowest;
    if (wide.find(character) != std::string_view::npos) return 0.9;
    return character >= 'A' && character <= 'Z' ? 0.69 : 0.58;
}

}  // namespace

std::size_t character_count(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++at) count += begins_character(text[at]) ? 1U : 0U;
    return count;
}

double text_width(std::string_view text, double size) {
    double width = 0.0;
    for (const char character : text)
        if (begins_character(character)) width += character_width(character);
    return width * size;
}

std::string fitted(std::string_view text, double size, double width) {
    if (text_width(text, size) <= width) return std::string(text);
    std::vector<std::size_t> starts;  // of its characters, and the end
    for (std::size_t at = 0; at < text.size(); ++at)
        if (begins_character(text[at])) starts.push_back(at);
    starts.push_back(text.size());
    std::string shorter = "…";
    const double most = std::max(width, 0.0) / (narrowest * size);  // a name may have a million
    for (auto kept = static_cast<std::size_t>(std::min<double>(static_cast<double>(starts.size() - 1), most)); kept > 0;
         --kept) {
        const std::size_t head = starts[(kept + 1) / 2];
        const std::size_t tail = starts[starts.size() - 1 - kept / 2];
        shorter = std::string(text.substr(0, head)) + "…" + std::string(text.substr(tail));
        if (text_width(shorter, size) <= width) break;
    }
    return shorter;
}

}  // namespace syncopate
