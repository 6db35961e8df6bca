#pragma once

#include "io/plot/axis.hpp"
#include "io/plot/figure.hpp"
#include "io/plot/series.hpp"

#include <string>
#include <vector>

namespace syncopate {

/// One dot for each member of a family; dots of nearly the same value stand beside one another.
struct Strip {
    std::string title = {};
    Axis y = {};
    std::vector<ReferenceLine> references = {};
    struct Member {
        double value = 0.0;
        std::string name = {};
    };
    std::vector<Member> members = {};  // the lowest and the highest are named
};

/// Strips beside one another. Requires: at least one.
Figure strip_figure(std::vector<Strip> strips, const std::string& description);

}  // namespace syncopate
