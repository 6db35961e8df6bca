#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace syncopate {

/// From which population to which a projection leads.
struct ProjectionEnds {
    std::size_t source = 0;
    std::size_t target = 0;
};

/// Which populations are left to simulate if the spikes of some are given: all but these and those that nobody else
/// needs. One that sends to nobody, such as a read-out, is left.
std::vector<bool> live_populations(std::span<const ProjectionEnds> projections, const std::vector<bool>& is_given);

}  // namespace syncopate
