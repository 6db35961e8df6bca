#include "io/plot/legend.hpp"

#include "core/index.hpp"
#include "io/plot/text_width.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace syncopate {

namespace {

constexpr double letter_size = 10.5;
constexpr double row_height = 16.0;
constexpr double sample_width = 30.0;
constexpr double gap = 16.0;

void draw_sample(Drawing& drawing, Point left, const LegendEntry& entry) {
    const Colour& colour = entry.style.colour;
    const Point right = {left.x + sample_width - 6.0, left.y};
    const Point middle = {(left.x + right.x) / 2.0, left.y};
    if (entry.mark == Mark::bars) {
        drawing.rectangle({middle.x - 6.0, left.y - 5.0, 12.0, 10.0}, colour);
        return;
    }
    if (entry.mark == Mark::band) {
        const std::array<Point, 4> corners = {
            {{left.x, left.y - 5.0}, {right.x, left.y - 5.0}, {right.x, left.y + 5.0}, {left.x, left.y + 5.0}}};
        drawing.polygon(corners, colour, 0.2);
    }
    if (entry.mark != Mark::dots) drawing.line(left, right, {colour, 1.6, entry.style.dash});
    if (entry.has_marker && entry.mark != Mark::steps) drawing.marker(middle, entry.style);
}

}  // namespace

Legend::Legend(std::vector<LegendEntry> entries, double width) : entries_(std::move(entries)), width_(width) {
    double widest = 0.0;
    for (const LegendEntry& entry : entries_) widest = std::max(widest, text_width(entry.name, letter_size));
    column_width_ = std::min(sample_width + widest + gap, std::max(width_, sample_width + gap));
    columns_ = std::max<std::size_t>(static_cast<std::size_t>((width_ + gap) / column_width_), 1);
    if (entries_.empty()) return;
    columns_ = std::min(columns_, entries_.size());
    columns_ = (entries_.size() + rows() - 1) / rows();  // as many as these rows need
}

std::size_t Legend::rows() const { return (entries_.size() + columns_ - 1) / columns_; }

double Legend::height() const { return entries_.empty() ? 0.0 : Slots{0.0, row_height}.begin(rows()) + 4.0; }

void Legend::draw(Drawing& drawing, Point top_left) const {
    for (std::size_t n = 0; n < entries_.size(); ++n) {
        const double x = Slots{top_left.x, column_width_}.begin(n / rows());
        const double y = Slots{top_left.y, row_height}.centre(n % rows());
        draw_sample(drawing, {x, y}, entries_[n]);
        const std::string name = fitted(entries_[n].name, letter_size, column_width_ - sample_width);
        drawing.text({x + sample_width, y + 3.7}, name, {.size = letter_size});
    }
}

}  // namespace syncopate
