#pragma once

#include "io/report/axis.hpp"
#include "io/report/plot.hpp"

#include <string>
#include <vector>

namespace syncopate::report {

/// One dot for each member of a family; dots of nearly the same value stand beside one another.
struct Strip {
    std::string title = {};
    Axis y = {};
    std::vector<Reference> references = {};
    struct Member {
        double value = 0.0;
        std::string name = {};
    };
    std::vector<Member> members = {};  // the lowest and the highest are named
};

/// Strips beside one another as one <svg>. Requires: at least one.
std::string drawn_strips(const std::vector<Strip>& strips, const std::string& description);

}  // namespace syncopate::report
