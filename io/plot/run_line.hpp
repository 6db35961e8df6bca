#pragma once

#include "io/formats/raster/run_header.hpp"

#include <string>

namespace syncopate {

/// What a picture says of its run in one line: network, the first digits of its hash, relay rule, seed.
std::string run_line(const RunHeader& run);

}  // namespace syncopate
