#pragma once

namespace syncopate {

/// Lengths of drawings are points, which are the pixels of SVG; y grows downwards from the top.
struct Point {
    double x = 0.0;
    double y = 0.0;
};

struct Box {
    double x = 0.0;  // left
    double y = 0.0;  // top
    double width = 0.0;
    double height = 0.0;
};

}  // namespace syncopate
