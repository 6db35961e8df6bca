#include "io/plot/strip.hpp"

#include "io/plot/csv_cells.hpp"
#include "io/plot/number_label.hpp"
#include "io/plot/panel.hpp"
#include "io/plot/text_width.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace syncopate {

namespace {

constexpr double frame_height = 230.0;
constexpr double frame_top = 24.0;
constexpr double gap = 16.0;
constexpr std::size_t most_beside = 4;
constexpr double dot_size = 7.0;  // diameter and a little [px]

/// Sideways places of dots at these heights, so that no two overlap as long as the width allows: each takes the free
/// place nearest to the middle.
std::vector<double> swarm(const std::vector<double>& heights, double width) {
    std::vector<double> sideways;
    for (std::size_t n = 0; n < heights.size(); ++n) {
        double place = 0.0;
        // Places are tried outwards from the middle, to the left and right by turns, so that a family of equal values
        // becomes a symmetrical row and the picture is the same every time.
        for (int attempt = 0; std::abs(place) <= width / 2.0; ++attempt) {
            const int steps = (attempt + 1) / 2;
            place = 0.5 * dot_size * (attempt % 2 == 0 ? steps : -steps);
            bool is_free = true;
            for (std::size_t other = 0; other < n; ++other)
                is_free = is_free && std::hypot(heights[n] - heights[other], place - sideways[other]) >= dot_size;
            if (is_free) break;
        }
        sideways.push_back(std::clamp(place, -width / 2.0, width / 2.0));
    }
    return sideways;
}

void name_member(Drawing& drawing, Point at, const Strip::Member& member, double width) {
    drawing.text(at, fitted(member.name, 9.5, width),
                 {.size = 9.5, .colour = palette::grey, .anchor = Lettering::Anchor::middle});
}

void draw_strip(Drawing& drawing, const Box& frame, const Strip& strip) {
    const Axis x;
    Panel panel(drawing, frame, x, strip.y);
    panel.draw_grid();
    for (const ReferenceLine& reference : strip.references) panel.draw(reference);
    std::vector<Strip::Member> members = strip.members;
    std::erase_if(members, [](const Strip::Member& member) { return !std::isfinite(member.value); });
    std::stable_sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.value < b.value; });
    std::vector<double> heights;
    heights.reserve(members.size());
    for (const Strip::Member& member : members) heights.push_back(panel.y(member.value));
    const std::vector<double> sideways = swarm(heights, frame.width - 2.0 * dot_size);
    const double middle = frame.x + frame.width / 2.0;
    const SeriesStyle style = {.colour = palette::blue, .marker = Marker::circle};
    for (std::size_t n = 0; n < members.size(); ++n) {
        drawing.begin_titled(members[n].name + ": " + strip.y.title + " " + significant(members[n].value));
        drawing.marker({middle + sideways[n], heights[n]}, style);
        drawing.end_titled();
    }
    if (members.size() > 1) {
        name_member(drawing, {middle, heights.front() + 14.0}, members.front(), frame.width);
        name_member(drawing, {middle, heights.back() - 7.0}, members.back(), frame.width);
    }
    panel.draw_axes(false, !strip.y.title.empty());
    panel.draw_title(strip.title);
}

}  // namespace

Figure strip_figure(std::vector<Strip> strips, const std::string& description) {
    std::vector<LegendEntry> entries = {
        {"one member", {.colour = palette::blue, .marker = Marker::circle}, Mark::dots, true}};
    for (const ReferenceLine& reference : strips.front().references)
        entries.push_back({reference.name, reference.style, Mark::line, false});
    const Legend legend(entries, figure_width);
    double left = 0.0;
    for (const Strip& strip : strips) left = std::max(left, room_left(strip.y) + 17.0);
    const std::size_t columns = std::min(strips.size(), most_beside);
    const std::size_t rows = (strips.size() + most_beside - 1) / most_beside;
    // A single strip is half as wide as the figure.
    const Slots across = Slots::sharing(left, columns > 1 ? figure_width + gap : 0.5 * figure_width + gap, columns);
    const Slots down = {legend.height(), frame_top + frame_height + 10.0};
    std::string csv = "strip,member,value\n";
    for (const Strip& strip : strips) {
        for (const Strip::Member& member : strip.members) {
            CsvRow row;
            row.add(strip.title);
            row.add(member.name);
            add_number(row, member.value);
            csv += row.line();
        }
    }
    const auto draw = [=, strips = std::move(strips)](Drawing& drawing) {
        legend.draw(drawing, {0.0, 0.0});
        for (std::size_t n = 0; n < strips.size(); ++n) {
            const double y = down.begin(n / most_beside) + frame_top;
            draw_strip(drawing, {across.begin(n % most_beside), y, across.step - gap - left, frame_height}, strips[n]);
        }
    };
    return {.description = description, .width = figure_width, .height = down.begin(rows), .draw = draw, .csv = csv};
}

}  // namespace syncopate
