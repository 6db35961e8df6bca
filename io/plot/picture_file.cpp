#include "io/plot/picture_file.hpp"

#include "core/error.hpp"
#include "io/files/new_file.hpp"
#include "io/plot/cairo_drawing.hpp"
#include "io/plot/svg_drawing.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <memory>

namespace syncopate {

namespace {

constexpr double largest_side = 16000.0;  // points; PNG's library ends at 32767 pixels, PDF readers at 14400

struct PictureFormat {
    std::string_view ending;
    std::unique_ptr<Drawing> (*open)(const Figure&);
};

/// Every format that pictures are written in.
constexpr std::array<PictureFormat, 3> formats = {
    {{".svg",
      [](const Figure& figure) -> std::unique_ptr<Drawing> {
          return std::make_unique<SvgDrawing>(figure.width, figure.height, figure.description);
      }},
     {".png",
      [](const Figure& figure) -> std::unique_ptr<Drawing> {
          return std::make_unique<CairoDrawing>(CairoDrawing::Format::png, figure.width, std::ceil(figure.height),
                                                figure.description);
      }},
     {".pdf", [](const Figure& figure) -> std::unique_ptr<Drawing> {
          return std::make_unique<CairoDrawing>(CairoDrawing::Format::pdf, figure.width, std::ceil(figure.height),
                                                figure.description);
      }}}};

const PictureFormat& format_of(const std::filesystem::path& path) {
    std::string ending = path.extension().string();
    std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto* const found = std::ranges::find(formats, ending, &PictureFormat::ending);
    if (found == formats.end())
        throw UsageError(path.string() + ": a picture is written as .svg, .png or .pdf; end the name so");
    return *found;
}

}  // namespace

void check_picture_name(const std::filesystem::path& path) { format_of(path); }

void write_picture(const Figure& figure, const std::filesystem::path& path) {
    const PictureFormat& format = format_of(path);
    if (!(figure.width > 0.0 && figure.width <= largest_side && figure.height > 0.0 && figure.height <= largest_side))
        throw Error(path.string() + ": the picture would be too large; select fewer layers or neurons");
    std::string bytes;
    try {
        // Drawn in memory first, so that a picture which cannot be drawn leaves no file.
        const std::unique_ptr<Drawing> drawing = format.open(figure);
        figure.draw(*drawing);
        bytes = drawing->finish();
    } catch (const Error& error) {
        throw Error(path.string() + ": " + error.what());
    }
    NewFile file(path);
    file.stream() << bytes;
    file.keep();
}

}  // namespace syncopate
