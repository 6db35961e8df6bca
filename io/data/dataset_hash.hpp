#pragma once

#include "io/data/dataset.hpp"

#include <string>

namespace syncopate {

/// SHA-256 of the data set's file; of several, of the lines that `sha256sum` prints of them.
std::string dataset_hash(const Dataset& dataset);

}  // namespace syncopate
