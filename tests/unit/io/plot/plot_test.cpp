#include "io/plot/dot_rows.hpp"
#include "io/plot/legend.hpp"
#include "io/plot/panel.hpp"
#include "io/plot/plot_grid.hpp"
#include "io/plot/strip.hpp"
#include "io/plot/svg_drawing.hpp"
#include "tests/unit/io/report/markup.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace syncopate;
using namespace syncopate::test;

namespace {

constexpr Box frame = {.x = 10.0, .y = 20.0, .width = 100.0, .height = 50.0};

/// What a panel whose axes go from 0 to 10 draws of one series.
std::string drawn(const Series& series) {
    SvgDrawing svg(200.0, 100.0, "test");
    const Axis axis = {.low = 0.0, .high = 10.0};
    Panel(svg, frame, axis, axis).draw(series);
    return svg.finish();
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_SUITE("plot") {
    TEST_CASE("Values stand where the axes say") {
        const std::string svg = drawn({.name = "a", .points = {{0.0, 0.0}, {5.0, 5.0}, {10.0, 10.0}}});
        CHECK(has(svg, "points=\"10,70 60,45 110,20\""));
        CHECK(has(svg, "cx=\"60\" cy=\"45\""));
    }

    TEST_CASE("A value that is missing leaves a gap in the line") {
        const double none = std::numeric_limits<double>::quiet_NaN();
        const std::string svg =
            drawn({.points = {{0.0, 0.0}, {2.0, 2.0}, {4.0, none}, {6.0, 6.0}, {8.0, 8.0}, {10.0, none}}});
        CHECK(has(svg, "points=\"10,70 30,60\""));
        CHECK(has(svg, "points=\"70,40 90,30\""));
        CHECK(occurrences(svg, "<circle") == 4);
    }

    TEST_CASE("Intervals are drawn from end to end, and shifted with their points") {
        const Series series = {.points = {{5.0, 5.0, Interval{4.0, 8.0}}}, .shift = 3.0};
        const std::string svg = drawn(series);
        CHECK(has(svg, "x1=\"63\" y1=\"50\" x2=\"63\" y2=\"30\""));
        CHECK(has(svg, "cx=\"63\" cy=\"45\""));
    }

    TEST_CASE("Steps run over the whole width of their ticks") {
        CHECK(has(drawn({.mark = Mark::steps, .points = {{1.0, 0.0}, {2.0, 10.0}}}),
                  "points=\"15,70 25,70 25,20 35,20\""));
    }

    TEST_CASE("Bars below zero hang from it") {
        SvgDrawing svg(200.0, 100.0, "test");
        const Axis x = {.low = -0.5, .high = 0.5};
        const Axis y = {.low = -1.0, .high = 1.0};
        Panel(svg, frame, x, y).draw({.mark = Mark::bars, .points = {{0.0, -0.5}}, .bar_width = 0.5});
        CHECK(has(svg.finish(), "x=\"35\" y=\"45\" width=\"50\" height=\"12.5\""));
    }

    TEST_CASE("A drawing is complete as a file of its own") {
        const std::string svg = drawn({.points = {{1.0, 1.0, {}, "a < b & c"}}});
        CHECK(markup_fault(svg).empty());
        CHECK(has(svg, "xmlns=\"http://www.w3.org/2000/svg\""));
        CHECK(has(svg, "viewBox=\"0 0 200 100\""));
        CHECK(has(svg, "<title>a &lt; b &amp; c</title>"));
    }

    TEST_CASE("Thirty names stand in columns that fit the width") {
        std::vector<LegendEntry> entries;
        for (int n = 0; n < 30; ++n) entries.push_back({"shift:uniform:" + std::to_string(n), series_style(0)});
        const Legend legend(entries, figure_width);
        CHECK(legend.columns() >= 5);
        CHECK(legend.columns() * legend.rows() >= 30);
        SvgDrawing svg(figure_width, legend.height(), "legend");
        legend.draw(svg, {0.0, 0.0});
        CHECK(legibility_fault(svg.finish()).empty());
    }

    TEST_CASE("A name wider than the figure is cut, not drawn over the edge") {
        const Legend legend({{std::string(300, 'x'), series_style(0)}}, figure_width);
        SvgDrawing svg(figure_width, legend.height(), "legend");
        legend.draw(svg, {0.0, 0.0});
        CHECK(legibility_fault(svg.finish()).empty());
    }

    TEST_CASE("Forty lines differ in colour, dash or marker, neighbours in all three") {
        for (std::size_t a = 0; a < 40; ++a) {
            const SeriesStyle first = series_style(a);
            const SeriesStyle next = series_style(a + 1);
            CHECK((hexadecimal(first.colour) != hexadecimal(next.colour) && first.dash != next.dash &&
                   first.marker != next.marker));
            for (std::size_t b = 0; b < a; ++b) {
                const SeriesStyle second = series_style(b);
                CHECK((hexadecimal(first.colour) != hexadecimal(second.colour) || first.dash != second.dash ||
                       first.marker != second.marker));
            }
        }
    }

    TEST_CASE("Only the lowest plots have names below where the axis is shared") {
        Plot plot = {.x = category_axis("layer", {"conv1", "fc"}), .y = linear_axis("share", {})};
        const std::vector<Plot> plots = {plot, plot, plot};
        CHECK(occurrences(plot_grid(plots, {.columns = 2, .is_x_shared = true}).svg(), ">conv1</text>") == 2);
        CHECK(occurrences(plot_grid(plots, {.columns = 2}).svg(), ">conv1</text>") == 3);
    }

    TEST_CASE("Rows without a value keep their place") {
        DotRows rows = {.rows = {"a", "b"}};
        rows.columns = {{.title = "T = 4", .x = linear_axis("points", {}), .dots = {{}, Dot{.value = 0.5}}}};
        const std::string svg = rows.figure().svg();
        CHECK(has(svg, ">a</text>"));
        CHECK(occurrences(svg, "<circle") == 1);
        CHECK(has(svg, "cy=\"47.5\""));  // 22 above the frame, a row of 17, half a row
    }

    TEST_CASE("The sign of a row stands at its right end, also where the value is none") {
        const SeriesStyle sign = {.marker = Marker::nabla};
        Dot dot = {.value = 0.5, .style = {.marker = Marker::ring}};
        DotRows rows = {.rows = {"a"}};
        rows.columns = {{.title = "T = 4", .x = linear_axis("points", {}), .dots = {dot}}};
        const auto drawn = [&] { return rows.figure().svg(); };
        const std::string bare = drawn();
        rows.columns[0].dots[0]->sign = sign;
        CHECK(occurrences(drawn(), "<polygon") == occurrences(bare, "<polygon") + 1);
        rows.columns[0].dots[0]->value = std::nan("");
        CHECK(occurrences(drawn(), "<polygon") == occurrences(bare, "<polygon") + 1);
    }

    TEST_CASE("Equal values of a family stand beside one another") {
        Strip strip = {.title = "T = 4", .y = linear_axis("accuracy (%)", {})};
        for (int n = 0; n < 5; ++n) strip.members.push_back({0.5, "order " + std::to_string(n)});
        const std::string svg = strip_figure({strip}, "test").svg();
        std::vector<std::string> places;
        for (std::size_t at = svg.find("cx=\""); at != std::string::npos; at = svg.find("cx=\"", at + 1))
            places.push_back(svg.substr(at, svg.find(' ', at) - at));
        std::sort(places.begin(), places.end());
        CHECK(std::unique(places.begin(), places.end()) == places.end());
    }
}
