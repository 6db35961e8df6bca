#pragma once

#include "io/plot/figure.hpp"

#include <filesystem>

namespace syncopate {

/// Throws UsageError unless the name ends in .svg, .png or .pdf, for those who want to know before long work.
void check_picture_name(const std::filesystem::path& path);

/// Writes the figure in the format that the name's ending says; the file appears when it is complete. Throws UsageError
/// for another ending, Error naming the file if the sheet is too large or it cannot be written.
void write_picture(const Figure& figure, const std::filesystem::path& path);

}  // namespace syncopate
