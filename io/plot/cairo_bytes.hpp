#pragma once

#include <cairo.h>

#include <memory>
#include <string>

namespace syncopate {

/// What the files that use Cairo share.

struct CairoFree {
    void operator()(cairo_t* made) const { cairo_destroy(made); }
    void operator()(cairo_surface_t* made) const { cairo_surface_destroy(made); }
    void operator()(cairo_font_options_t* made) const { cairo_font_options_destroy(made); }
};
using CairoSurface = std::unique_ptr<cairo_surface_t, CairoFree>;

/// Throws Error, in Cairo's words, unless all went well.
void check_cairo(cairo_status_t status);

/// Callbacks for streams: `bytes` is a std::string that grows, and a std::string_view that is consumed.
cairo_status_t append_bytes(void* bytes, const unsigned char* data, unsigned int length);
cairo_status_t take_bytes(void* bytes, unsigned char* data, unsigned int length);

}  // namespace syncopate
