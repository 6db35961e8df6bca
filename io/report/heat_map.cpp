#include "io/report/heat_map.hpp"

#include "io/report/escape.hpp"
#include "io/report/number_text.hpp"
#include "io/report/plot_grid.hpp"
#include "io/report/svg.hpp"

#include <algorithm>
#include <cmath>

namespace syncopate::report {

namespace {

constexpr double letter_size = 9.5;
constexpr double gap = 12.0;
constexpr double title_height = 20.0;
constexpr double x_label_height = 34.0;
constexpr double key_height = 30.0;
constexpr std::size_t maximum_columns = 4;

Colour depth(double share) { return tinted(palette::blue, std::sqrt(std::clamp(share, 0.0, 1.0))); }

/// What the depth of the colour means.
void draw_key(Svg& svg, const std::string& what) {
    double x = text_width(what, 10.5) + 10.0;
    svg.text({0.0, 13.0}, what, {.size = 10.5});
    for (const double share : {0.0, 0.01, 0.05, 0.2, 0.5, 1.0}) {
        svg.rectangle({x, 3.0, 22.0, 13.0}, depth(share));
        svg.outline({x, 3.0, 22.0, 13.0}, {palette::rule, 0.7, ""});
        svg.text({x + 26.0, 13.0}, percent(share, 0) + " %", {.size = 10.0});
        x += 66.0;
    }
}

void draw_cells(Svg& svg, const Box& frame, const HeatMaps& maps, const HeatMap& map) {
    const double width = frame.width / static_cast<double>(std::max<std::size_t>(maps.columns.size(), 1));
    const double height = frame.height / static_cast<double>(std::max<std::size_t>(maps.row_names.size(), 1));
    for (std::size_t row = 0; row < map.rows.size(); ++row)
        for (std::size_t column = 0; column < map.rows[row].size(); ++column) {
            const double share = map.rows[row][column];
            if (!(share >= visible_share)) continue;
            svg.begin_titled(maps.row_names[row] + ", " + maps.columns[column].name + ": " + percent(share) + " %");
            svg.rectangle({frame.x + width * static_cast<double>(column), frame.y + height * static_cast<double>(row),
                           width, height},
                          depth(share));
            svg.end_titled();
        }
    svg.outline(frame, {palette::rule, 0.8, ""});
}

void draw_column_names(Svg& svg, const Box& frame, const HeatMaps& maps) {
    const double width = frame.width / static_cast<double>(std::max<std::size_t>(maps.columns.size(), 1));
    double free_from = -1e9;
    for (std::size_t n = 0; n < maps.columns.size(); ++n) {
        const double x = frame.x + width * (static_cast<double>(n) + 0.5);
        const double half = text_width(maps.columns[n].name, letter_size) / 2.0 + 2.0;
        if (!maps.columns[n].is_named || x - half < free_from) continue;
        free_from = x + half;
        svg.text({x, frame.y + frame.height + 11.0}, maps.columns[n].name,
                 {.size = letter_size, .anchor = Lettering::Anchor::middle});
    }
    svg.text({frame.x + frame.width / 2.0, frame.y + frame.height + 25.0}, maps.x_title,
             {.size = 10.5, .anchor = Lettering::Anchor::middle});
}

}  // namespace

std::string HeatMaps::drawn() const {
    double widest = 0.0;
    for (const std::string& name : row_names) widest = std::max(widest, text_width(name, letter_size));
    const double left = std::min(widest, 130.0) + 6.0;
    const std::size_t beside = std::min(maps.size(), maximum_columns);
    const std::size_t rows = (maps.size() + beside - 1) / beside;
    const double wanted = (figure_width - left - gap * static_cast<double>(beside)) / static_cast<double>(beside);
    const double width = std::min(wanted, 360.0);
    const double cell_height = row_names.size() > 30 ? 9.0 : 12.0;
    const double height = cell_height * static_cast<double>(std::max<std::size_t>(row_names.size(), 1));
    const double row_height = title_height + height + x_label_height;
    Svg svg(figure_width, key_height + row_height * static_cast<double>(rows), description);
    draw_key(svg, "Share of pairs of neuron and sample:");
    for (std::size_t n = 0; n < maps.size(); ++n) {
        const std::size_t map_row = n / beside;
        const Box frame = {left + (width + gap) * static_cast<double>(n % beside),
                           key_height + row_height * static_cast<double>(map_row) + title_height, width, height};
        svg.text({frame.x, frame.y - 6.0}, fitted(maps[n].title, 10.5, width), {.size = 10.5, .is_bold = true});
        draw_cells(svg, frame, *this, maps[n]);
        draw_column_names(svg, frame, *this);
        if (n % beside != 0) continue;
        for (std::size_t row = 0; row < row_names.size(); ++row)
            svg.text({left - 4.0, frame.y + cell_height * (static_cast<double>(row) + 0.5) + 3.3},
                     fitted(row_names[row], letter_size, left - 6.0),
                     {.size = letter_size, .anchor = Lettering::Anchor::end});
    }
    return svg.finish();
}

}  // namespace syncopate::report
