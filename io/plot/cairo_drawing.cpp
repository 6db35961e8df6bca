#include "io/plot/cairo_drawing.hpp"

#include "io/plot/cairo_bytes.hpp"
#include "io/plot/cells_png.hpp"
#include "io/plot/escape.hpp"

#include <cairo-pdf.h>
#include <cairo.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace syncopate {

namespace {

constexpr double whole_turn = 2.0 * std::numbers::pi;

}  // namespace

struct CairoDrawing::State {
    Format format = Format::png;
    std::string bytes;  // of the finished file
    CairoSurface surface;
    std::unique_ptr<cairo_t, CairoFree> context;

    cairo_t* cairo() { return context.get(); }

    void use(const Colour& colour, double opacity = 1.0) {
        cairo_set_source_rgba(cairo(), colour.red, colour.green, colour.blue, opacity);
    }
    void stroke(const Pen& pen) {
        use(pen.colour);
        cairo_set_line_width(cairo(), pen.width);
        const auto parts = std::ranges::find(pen.dash, 0.0) - pen.dash.begin();
        cairo_set_dash(cairo(), pen.dash.data(), static_cast<int>(parts), 0.0);
        cairo_stroke(cairo());
    }
    void fill(const Colour& colour, double opacity = 1.0) {
        use(colour, opacity);
        cairo_fill(cairo());
    }
    void follow(std::span<const Point> points) {
        for (const Point& point : points) cairo_line_to(cairo(), point.x, point.y);
    }
    void go_round(Point centre, double radius) {
        cairo_new_sub_path(cairo());
        cairo_arc(cairo(), centre.x, centre.y, radius, 0.0, whole_turn);
    }

    void open_pdf(double width, double height, const std::string& description) {
        surface.reset(cairo_pdf_surface_create_for_stream(append_bytes, &bytes, width, height));
        cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, description.c_str());
        // The same study gives the same bytes, so no file says when it was made.
        cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, "1970-01-01T00:00:00Z");
    }
    void open_png(double width, double height) {
        const auto pixels = [](double length) { return static_cast<int>(std::ceil(length * pixels_a_point)); };
        surface.reset(cairo_image_surface_create(CAIRO_FORMAT_RGB24, pixels(width), pixels(height)));
    }
};

CairoDrawing::CairoDrawing(Format format, double width, double height, const std::string& description)
    : state_(std::make_unique<State>()) {
    state_->format = format;
    if (format == Format::pdf)
        state_->open_pdf(width, height, valid_text(description));
    else
        state_->open_png(width, height);
    state_->context.reset(cairo_create(state_->surface.get()));
    check_cairo(cairo_status(state_->cairo()));
    if (format == Format::png) cairo_scale(state_->cairo(), pixels_a_point, pixels_a_point);
    // Letters are as wide at every size and on every machine as their outlines say.
    const std::unique_ptr<cairo_font_options_t, CairoFree> options(cairo_font_options_create());
    cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
    cairo_set_font_options(state_->cairo(), options.get());
    // As the SVG says it; a mitred corner of a steep curve would stick out far beyond its value.
    cairo_set_line_join(state_->cairo(), CAIRO_LINE_JOIN_ROUND);
    rectangle({0.0, 0.0, width, height}, palette::white);
}

CairoDrawing::~CairoDrawing() = default;

void CairoDrawing::line(Point from, Point to, const Pen& pen) {
    state_->follow(std::array{from, to});
    state_->stroke(pen);
}

void CairoDrawing::polyline(std::span<const Point> points, const Pen& pen) {
    state_->follow(points);
    state_->stroke(pen);
}

void CairoDrawing::polygon(std::span<const Point> points, const Colour& colour, double opacity) {
    state_->follow(points);
    state_->fill(colour, opacity);
}

void CairoDrawing::rectangle(const Box& box, const Colour& colour) {
    cairo_rectangle(state_->cairo(), box.x, box.y, box.width, box.height);
    state_->fill(colour);
}

void CairoDrawing::outline(const Box& box, const Pen& pen) {
    cairo_rectangle(state_->cairo(), box.x, box.y, box.width, box.height);
    state_->stroke(pen);
}

void CairoDrawing::disc(Point centre, double radius, const Colour& colour) {
    state_->go_round(centre, radius);
    state_->fill(colour);
}

void CairoDrawing::ring(Point centre, double radius, const Pen& pen) {
    disc(centre, radius, palette::white);
    state_->go_round(centre, radius);
    state_->stroke(pen);
}

void CairoDrawing::strokes(std::span<const Point> tops, double length, const Pen& pen) {
    for (const Point& top : tops) {
        cairo_move_to(state_->cairo(), top.x, top.y);
        cairo_rel_line_to(state_->cairo(), 0.0, length);
    }
    state_->stroke(pen);
}

void CairoDrawing::cells(const Box& box, const Cells& cells) {
    const std::string file = cells_png(cells, box);
    std::string_view left = file;
    const CairoSurface image(cairo_image_surface_create_from_png_stream(take_bytes, &left));
    check_cairo(cairo_surface_status(image.get()));
    cairo_t* cairo = state_->cairo();
    cairo_save(cairo);
    cairo_translate(cairo, box.x, box.y);
    cairo_scale(cairo, box.width / cairo_image_surface_get_width(image.get()),
                box.height / cairo_image_surface_get_height(image.get()));
    cairo_set_source_surface(cairo, image.get(), 0.0, 0.0);
    cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_NEAREST);
    cairo_paint(cairo);
    cairo_restore(cairo);
}

void CairoDrawing::text(Point at, std::string_view text, const Lettering& lettering) {
    const std::string shown = valid_text(text);
    cairo_t* cairo = state_->cairo();
    cairo_select_font_face(cairo, "Liberation Sans", CAIRO_FONT_SLANT_NORMAL,
                           lettering.is_bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo, lettering.size);
    cairo_text_extents_t extents{};
    cairo_text_extents(cairo, shown.c_str(), &extents);
    const double before = lettering.anchor == Lettering::Anchor::end      ? extents.x_advance
                          : lettering.anchor == Lettering::Anchor::middle ? extents.x_advance / 2.0
                                                                          : 0.0;
    cairo_save(cairo);
    cairo_translate(cairo, at.x, at.y);
    cairo_rotate(cairo, lettering.turn / 360.0 * whole_turn);
    cairo_move_to(cairo, -before, 0.0);
    state_->use(lettering.colour);
    cairo_show_text(cairo, shown.c_str());
    cairo_restore(cairo);
    cairo_new_path(cairo);
    check_cairo(cairo_status(cairo));
}

std::string CairoDrawing::finish() {
    check_cairo(cairo_status(state_->cairo()));
    if (state_->format == Format::png) {
        cairo_surface_flush(state_->surface.get());
        check_cairo(cairo_surface_write_to_png_stream(state_->surface.get(), append_bytes, &state_->bytes));
    } else {
        cairo_surface_finish(state_->surface.get());
        check_cairo(cairo_surface_status(state_->surface.get()));
    }
    return std::move(state_->bytes);
}

}  // namespace syncopate
