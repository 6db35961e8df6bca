#pragma once

#include "io/report/page.hpp"

#include <filesystem>
#include <vector>

namespace syncopate::report {

/// The folder of figures beside a report.
inline constexpr const char* figures_folder = "figures";

/// Removes the figures that an earlier report has left there, and nothing else.
void remove_figures(const std::filesystem::path& report_folder);

/// Writes each figure as SVG and PDF, and what it shows as CSV. Throws Error naming the file that cannot be written.
void write_figures(const std::vector<ReportFigure>& figures, const std::filesystem::path& report_folder);

}  // namespace syncopate::report
