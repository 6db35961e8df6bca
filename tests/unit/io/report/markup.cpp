#include "tests/unit/io/report/markup.hpp"

#include "io/plot/text_width.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace syncopate::test {

namespace {

bool is_void(std::string_view name) { return name == "meta" || name == "br"; }

std::string context(std::string_view text, std::size_t at) {
    return " near \"" + std::string(text.substr(at, 60)) + "\"";
}

/// A bare "&" between the two places.
bool has_bare_ampersand(std::string_view text) {
    for (std::size_t at = text.find('&'); at != std::string_view::npos; at = text.find('&', at + 1)) {
        const std::size_t end = text.find(';', at);
        if (end == std::string_view::npos || end > at + 6) return true;
    }
    return false;
}

struct TextBox {
    double left = 0.0;
    double right = 0.0;
    double top = 0.0;
    double bottom = 0.0;
    std::string text = {};
};

double number(std::string_view tag, std::string_view name) {
    return std::strtod(attribute(tag, name).c_str(), nullptr);
}

/// Boxes of the texts that are not turned. Widths are those of narrow letters, for the estimate is rather too wide.
std::vector<TextBox> text_boxes(const std::string& drawing) {
    std::vector<TextBox> boxes;
    for (std::size_t at = drawing.find("<text "); at != std::string::npos; at = drawing.find("<text ", at + 1)) {
        const std::size_t end = drawing.find('>', at);
        const std::string tag = drawing.substr(at, end - at + 1);
        if (!attribute(tag, "transform").empty()) continue;
        TextBox box = {.text = drawing.substr(end + 1, drawing.find("</text>", end) - end - 1)};
        const double size = number(tag, "font-size");
        const double width = 0.85 * text_width(box.text, size);
        const std::string anchor = attribute(tag, "text-anchor");
        box.left = number(tag, "x") - (anchor == "middle" ? width / 2.0 : anchor == "end" ? width : 0.0);
        box.right = box.left + width;
        box.bottom = number(tag, "y");
        box.top = box.bottom - 0.7 * size;
        boxes.push_back(box);
    }
    return boxes;
}

}  // namespace

std::string markup_fault(std::string_view text) {
    std::vector<std::string> open;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = text.find('<', at);
        if (has_bare_ampersand(text.substr(at, std::min(begin, text.size()) - at))) return "bare &" + context(text, at);
        if (begin == std::string_view::npos) break;
        const std::size_t end = text.find('>', begin);
        if (end == std::string_view::npos) return "tag without end" + context(text, begin);
        const std::string_view tag = text.substr(begin + 1, end - begin - 1);
        at = end + 1;
        if (tag.empty() || tag.front() == '!') continue;
        if (tag.find('<') != std::string_view::npos) return "bare <" + context(text, begin);
        if (std::count(tag.begin(), tag.end(), '"') % 2 != 0) return "unpaired quote" + context(text, begin);
        const std::string name(tag.substr(0, tag.find_first_of(" /\n", 1)));
        if (name.front() == '/') {
            if (open.empty() || "/" + open.back() != name) return "unexpected end" + context(text, begin);
            open.pop_back();
        } else if (tag.back() != '/' && !is_void(name)) {
            open.push_back(name);
            if (name == "style" || name == "script") at = text.find("</" + name, at);
        }
    }
    return open.empty() ? "" : "not closed: " + open.back();
}

std::vector<std::string> drawings(const std::string& page) {
    std::vector<std::string> found;
    for (std::size_t at = page.find("<svg"); at != std::string::npos; at = page.find("<svg", at + 1))
        found.push_back(page.substr(at, page.find("</svg>", at) + 6 - at));
    return found;
}

std::string section(const std::string& page, const std::string& id) {
    const std::size_t from = page.find("<h2 id=\"" + id + "\"");
    return from == std::string::npos ? "" : page.substr(from, page.find("<h2", from + 1) - from);
}

std::string attribute(std::string_view tag, std::string_view name) {
    const std::string start = " " + std::string(name) + "=\"";
    const std::size_t at = tag.find(start);
    if (at == std::string_view::npos) return "";
    const std::size_t from = at + start.size();
    return std::string(tag.substr(from, tag.find('"', from) - from));
}

std::string legibility_fault(const std::string& drawing) {
    const double width = number(drawing, "width");
    const double height = number(drawing, "height");
    const std::vector<TextBox> boxes = text_boxes(drawing);
    for (std::size_t n = 0; n < boxes.size(); ++n) {
        const TextBox& box = boxes[n];
        if (box.left < 0.0 || box.right > width || box.top < 0.0 || box.bottom > height) return "outside: " + box.text;
        for (std::size_t other = 0; other < n; ++other) {
            const TextBox& before = boxes[other];
            if (box.left < before.right && before.left < box.right && box.top < before.bottom &&
                before.top < box.bottom)
                return "overlapping: " + before.text + ", " + box.text;
        }
    }
    return "";
}

bool has_word(std::string_view text, std::string_view word) {
    const auto is_letter = [&](std::size_t at) {
        return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at])) != 0;
    };
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
        if (!(at > 0 && is_letter(at - 1)) && !is_letter(at + word.size())) return true;
    return false;
}

std::size_t occurrences(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

}  // namespace syncopate::test
