#include "io/plot/cells_png.hpp"

#include "core/assert.hpp"
#include "core/index.hpp"
#include "io/plot/cairo_bytes.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace syncopate {

namespace {

std::uint32_t grey_pixel(double darkness) {
    const auto level = static_cast<std::uint32_t>(std::lround(255.0 * (1.0 - std::clamp(darkness, 0.0, 1.0))));
    return level << 16U | level << 8U | level;
}

}  // namespace

std::string cells_png(const Cells& cells, const Box& box) {
    SYNCOPATE_ASSERT(cells.rows > 0 && cells.values.size() % cells.rows == 0 && !cells.values.empty());
    const std::size_t columns = cells.values.size() / cells.rows;
    const auto pixels = [](double length) { return to_size(std::max(1L, std::lround(length * pixels_a_point))); };
    const std::size_t width = pixels(box.width);
    const std::size_t height = pixels(box.height);
    std::string file;
    const CairoSurface image(
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(width), static_cast<int>(height)));
    check_cairo(cairo_surface_status(image.get()));
    cairo_surface_flush(image.get());
    unsigned char* bytes = cairo_image_surface_get_data(image.get());
    const int stride = cairo_image_surface_get_stride(image.get());
    for (std::size_t y = 0; y < height; ++y) {
        auto* row = reinterpret_cast<std::uint32_t*>(bytes + static_cast<std::ptrdiff_t>(y) * stride);
        const auto values = cells.values.subspan(y * cells.rows / height * columns, columns);
        for (std::size_t x = 0; x < width; ++x) row[x] = grey_pixel(values[x * columns / width]);
    }
    cairo_surface_mark_dirty(image.get());
    check_cairo(cairo_surface_write_to_png_stream(image.get(), append_bytes, &file));
    return file;
}

}  // namespace syncopate
