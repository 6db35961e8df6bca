#include "io/plot/heat_map.hpp"

#include "io/plot/csv_cells.hpp"
#include "io/plot/number_label.hpp"
#include "io/plot/text_width.hpp"

#include <algorithm>
#include <cmath>

namespace syncopate {

namespace {

constexpr double letter_size = 9.5;
constexpr double gap = 12.0;
constexpr double title_height = 20.0;
constexpr double x_label_height = 34.0;
constexpr double key_height = 30.0;
constexpr std::size_t maximum_columns = 4;

Colour depth(double share) { return tinted(palette::blue, std::sqrt(std::clamp(share, 0.0, 1.0))); }

/// What the depth of the colour means.
void draw_key(Drawing& drawing, const std::string& what) {
    double x = text_width(what, 10.5) + 10.0;
    drawing.text({0.0, 13.0}, what, {.size = 10.5});
    for (const double share : {0.0, 0.01, 0.05, 0.2, 0.5, 1.0}) {
        drawing.rectangle({x, 3.0, 22.0, 13.0}, depth(share));
        drawing.outline({x, 3.0, 22.0, 13.0}, {palette::rule, 0.7});
        drawing.text({x + 26.0, 13.0}, decimal(100.0 * share, 0) + " %", {.size = 10.0});
        x += 66.0;
    }
}

void draw_cells(Drawing& drawing, const Box& frame, const HeatMaps& maps, const HeatMap& map) {
    const Slots columns = Slots::sharing(frame.x, frame.width, maps.columns.size());
    const Slots rows = Slots::sharing(frame.y, frame.height, maps.row_names.size());
    for (std::size_t row = 0; row < map.rows.size(); ++row)
        for (std::size_t column = 0; column < map.rows[row].size(); ++column) {
            const double share = map.rows[row][column];
            if (!(share >= visible_share)) continue;
            drawing.begin_titled(maps.row_names[row] + ", " + maps.columns[column].name + ": " +
                                 decimal(100.0 * share, 2) + " %");
            drawing.rectangle({columns.begin(column), rows.begin(row), columns.step, rows.step}, depth(share));
            drawing.end_titled();
        }
    drawing.outline(frame, {palette::rule, 0.8});
}

void draw_column_names(Drawing& drawing, const Box& frame, const HeatMaps& maps) {
    const Slots columns = Slots::sharing(frame.x, frame.width, maps.columns.size());
    double free_from = -1e9;
    for (std::size_t n = 0; n < maps.columns.size(); ++n) {
        const double x = columns.centre(n);
        const double half = text_width(maps.columns[n].name, letter_size) / 2.0 + 2.0;
        if (!maps.columns[n].is_named || x - half < free_from) continue;
        free_from = x + half;
        drawing.text({x, frame.y + frame.height + 11.0}, maps.columns[n].name,
                     {.size = letter_size, .anchor = Lettering::Anchor::middle});
    }
    drawing.text({frame.x + frame.width / 2.0, frame.y + frame.height + 25.0}, maps.x_title,
                 {.size = 10.5, .anchor = Lettering::Anchor::middle});
}

void draw_row_names(Drawing& drawing, const Box& frame, const HeatMaps& maps, double cell_height) {
    for (std::size_t row = 0; row < maps.row_names.size(); ++row)
        drawing.text({frame.x - 4.0, Slots{frame.y, cell_height}.centre(row) + 3.3},
                     fitted(maps.row_names[row], letter_size, frame.x - 6.0),
                     {.size = letter_size, .anchor = Lettering::Anchor::end});
}

std::string csv_of(const HeatMaps& maps) {
    std::string text = "map,row,column,share\n";
    for (const HeatMap& map : maps.maps) {
        for (std::size_t r = 0; r < map.rows.size(); ++r) {
            for (std::size_t c = 0; c < map.rows[r].size(); ++c) {
                CsvRow row;
                row.add(map.title);
                row.add(maps.row_names[r]);
                row.add(maps.columns[c].name);
                add_number(row, map.rows[r][c]);
                text += row.line();
            }
        }
    }
    return text;
}

}  // namespace

Figure HeatMaps::figure() const {
    double widest = 0.0;
    for (const std::string& name : row_names) widest = std::max(widest, text_width(name, letter_size));
    const double left = std::min(widest, 130.0) + 6.0;
    const std::size_t beside = std::min(maps.size(), maximum_columns);
    const std::size_t map_rows = (maps.size() + beside - 1) / beside;
    const Slots sharing = Slots::sharing(left, figure_width - left, beside);
    const double width = std::min(sharing.step - gap, 360.0);
    const double cell_height = row_names.size() > 30 ? 9.0 : 12.0;
    const double height = Slots{0.0, cell_height}.begin(std::max<std::size_t>(row_names.size(), 1));
    const double row_height = title_height + height + x_label_height;
    const Slots across = {left, width + gap};
    const Slots down = {key_height, row_height};
    const auto draw = [=, self = *this](Drawing& drawing) {
        draw_key(drawing, self.key);
        for (std::size_t n = 0; n < self.maps.size(); ++n) {
            const Box frame = {across.begin(n % beside), down.begin(n / beside) + title_height, width, height};
            drawing.text({frame.x, frame.y - 6.0}, fitted(self.maps[n].title, 10.5, width),
                         {.size = 10.5, .is_bold = true});
            draw_cells(drawing, frame, self, self.maps[n]);
            draw_column_names(drawing, frame, self);
            if (n % beside == 0) draw_row_names(drawing, frame, self, cell_height);
        }
    };
    return {.description = description,
            .width = figure_width,
            .height = down.begin(map_rows),
            .draw = draw,
            .csv = csv_of(*this)};
}

}  // namespace syncopate
