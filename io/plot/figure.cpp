#include "io/plot/figure.hpp"

#include "io/plot/svg_drawing.hpp"

namespace syncopate {

std::string Figure::svg() const {
    SvgDrawing drawing(width, height, description);
    draw(drawing);
    return drawing.finish();
}

}  // namespace syncopate
