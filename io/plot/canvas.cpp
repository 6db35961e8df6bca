#include "io/plot/canvas.hpp"

#include "core/assert.hpp"
#include "core/error.hpp"
#include "io/files/new_file.hpp"

#include <cairo-svg.h>
#include <cairo.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <vector>

namespace syncopate {

namespace {

constexpr double pixels_a_point = 2.0;
constexpr double largest_side = 16000.0;  // points; the library ends at 32767 pixels

cairo_status_t append_bytes(void* bytes, const unsigned char* data, unsigned int length) {
    static_cast<std::string*>(bytes)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
}

std::string lower_ending(const std::filesystem::path& path) {
    std::string ending = path.extension().string();
    std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return ending;
}

}  // namespace

struct Canvas::State {
    struct Free {
        void operator()(cairo_t* made) const { cairo_destroy(made); }
        void operator()(cairo_surface_t* made) const { cairo_surface_destroy(made); }
        void operator()(cairo_font_options_t* made) const { cairo_font_options_destroy(made); }
    };
    std::filesystem::path path;
    bool is_svg = false;
    std::string bytes;  // of the finished file
    std::unique_ptr<cairo_surface_t, Free> surface;
    std::unique_ptr<cairo_t, Free> context;

    cairo_t* cairo() { return context.get(); }
    void use(const Colour& colour) { cairo_set_source_rgb(cairo(), colour.red, colour.green, colour.blue); }
    void use(const Stroke& stroke) {
        const double dash = 3.0;
        use(stroke.colour);
        cairo_set_line_width(cairo(), stroke.width);
        cairo_set_dash(cairo(), &dash, stroke.is_dashed ? 1 : 0, 0.0);
    }
    void use(const TextStyle& style) {
        cairo_select_font_face(cairo(), "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                               style.is_bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
        cairo_set_font_size(cairo(), style.size);
    }
    void check() {
        const cairo_status_t status = cairo_status(cairo());
        if (status != CAIRO_STATUS_SUCCESS)
            throw Error(path.string() + ": cannot be drawn: " + cairo_status_to_string(status));
    }
};

Canvas::Canvas(const std::filesystem::path& path, double width, double height) : state_(std::make_unique<State>()) {
    check_name(path);
    if (!(width > 0.0 && width <= largest_side && height > 0.0 && height <= largest_side)) {
        throw Error(path.string() + ": the picture would be too large; select fewer layers or neurons");
    }
    state_->path = path;
    state_->is_svg = lower_ending(path) == ".svg";
    state_->surface.reset(state_->is_svg
                              ? cairo_svg_surface_create_for_stream(append_bytes, &state_->bytes, width, height)
                              : cairo_image_surface_create(CAIRO_FORMAT_RGB24,
                                                           static_cast<int>(std::ceil(width * pixels_a_point)),
                                                           static_cast<int>(std::ceil(height * pixels_a_point))));
    state_->context.reset(cairo_create(state_->surface.get()));
    if (!state_->is_svg) cairo_scale(state_->cairo(), pixels_a_point, pixels_a_point);
    const std::unique_ptr<cairo_font_options_t, State::Free> options(cairo_font_options_create());
    cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
    cairo_set_font_options(state_->cairo(), options.get());
    state_->check();
    rectangle({0.0, 0.0, width, height}, palette::white);
}

Canvas::~Canvas() = default;

void Canvas::check_name(const std::filesystem::path& path) {
    if (lower_ending(path) == ".png" || lower_ending(path) == ".svg") return;
    throw UsageError(path.string() + ": a picture is written as .png or .svg; end the name so");
}

void Canvas::line(Point from, Point to, const Stroke& stroke) { path(std::vector{from, to}, stroke); }

void Canvas::path(std::span<const Point> points, const Stroke& stroke) {
    if (points.empty()) return;
    state_->use(stroke);
    cairo_move_to(state_->cairo(), points.front().x, points.front().y);
    for (const Point& point : points.subspan(1)) cairo_line_to(state_->cairo(), point.x, point.y);
    cairo_stroke(state_->cairo());
}

void Canvas::rectangle(const Box& box, const Colour& colour) {
    state_->use(colour);
    cairo_rectangle(state_->cairo(), box.x, box.y, box.width, box.height);
    cairo_fill(state_->cairo());
}

void Canvas::cells(const Box& box, std::size_t rows, std::span<const double> values, const Colour& colour) {
    SYNCOPATE_ASSERT(rows > 0 && values.size() % rows == 0 && !values.empty());
    const std::size_t columns = values.size() / rows;
    // One image pixel is one pixel of the sheet, so that no viewer blurs the cells.
    const auto width = std::max(1, static_cast<int>(std::lround(box.width * pixels_a_point)));
    const auto height = std::max(1, static_cast<int>(std::lround(box.height * pixels_a_point)));
    const std::unique_ptr<cairo_surface_t, State::Free> image(
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height));
    unsigned char* pixels = cairo_image_surface_get_data(image.get());
    if (pixels == nullptr) throw Error(state_->path.string() + ": no memory for the picture");
    const int stride = cairo_image_surface_get_stride(image.get());
    cairo_surface_flush(image.get());
    for (int y = 0; y < height; ++y) {
        auto* row = reinterpret_cast<std::uint32_t*>(pixels + std::ptrdiff_t{y} * stride);
        const std::size_t r = static_cast<std::size_t>(y) * rows / static_cast<std::size_t>(height);
        for (int x = 0; x < width; ++x) {
            const std::size_t c = static_cast<std::size_t>(x) * columns / static_cast<std::size_t>(width);
            const double value = std::clamp(values[r * columns + c], 0.0, 1.0);
            const auto level = [&](double ink) {
                return static_cast<std::uint32_t>(std::lround(255.0 * (1.0 - value * (1.0 - ink))));
            };
            row[x] = level(colour.red) << 16 | level(colour.green) << 8 | level(colour.blue);
        }
    }
    cairo_surface_mark_dirty(image.get());
    cairo_save(state_->cairo());
    cairo_translate(state_->cairo(), box.x, box.y);
    cairo_scale(state_->cairo(), box.width / width, box.height / height);
    cairo_set_source_surface(state_->cairo(), image.get(), 0.0, 0.0);
    cairo_pattern_set_filter(cairo_get_source(state_->cairo()), CAIRO_FILTER_NEAREST);
    cairo_paint(state_->cairo());
    cairo_restore(state_->cairo());
}

double Canvas::text_width(const std::string& text, const TextStyle& style) {
    state_->use(style);
    cairo_text_extents_t extents{};
    cairo_text_extents(state_->cairo(), text.c_str(), &extents);
    return extents.x_advance;
}

void Canvas::text(Point at, const std::string& text, const TextStyle& style) {
    const double width = text_width(text, style);
    if (style.align == TextStyle::Align::centre) at.x -= width / 2.0;
    if (style.align == TextStyle::Align::right) at.x -= width;
    state_->use(style.colour);
    cairo_move_to(state_->cairo(), at.x, at.y);
    cairo_show_text(state_->cairo(), text.c_str());
    state_->check();
}

std::string Canvas::fitted(const std::string& text, double width, const TextStyle& style) {
    std::string cut = text.substr(0, 400);
    const auto shorten = [&] {
        while (!cut.empty() && (static_cast<unsigned char>(cut.back()) & 0xc0) == 0x80) cut.pop_back();
        if (!cut.empty()) cut.pop_back();
    };
    if (cut.size() == text.size() && text_width(text, style) <= width) return text;
    while (!cut.empty()) {
        shorten();
        if (text_width(cut + "…", style) <= width) break;
    }
    return cut + "…";
}

void Canvas::finish() {
    state_->check();
    cairo_status_t status = CAIRO_STATUS_SUCCESS;
    if (state_->is_svg) {
        cairo_surface_finish(state_->surface.get());
        status = cairo_surface_status(state_->surface.get());
    } else {
        cairo_surface_flush(state_->surface.get());
        status = cairo_surface_write_to_png_stream(state_->surface.get(), append_bytes, &state_->bytes);
    }
    if (status != CAIRO_STATUS_SUCCESS)
        throw Error(state_->path.string() + ": cannot be drawn: " + cairo_status_to_string(status));
    NewFile file(state_->path);
    file.stream() << state_->bytes;
    file.keep();
}

}  // namespace syncopate
