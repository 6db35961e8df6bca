#pragma once

#include "io/plot/figure.hpp"
#include "io/plot/series.hpp"
#include "io/report/study_view.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace syncopate::report {

/// What a cell says of its arm.
struct CellValue {
    double y = 0.0;
    std::optional<Interval> interval = {};
};

/// A figure of one value of every arm over T, or over another time.
struct LinesOverTime {
    std::string description = {};
    std::string x_title = "T (time steps, logarithmic)";
    std::string y_title = {};
    std::function<double(const StudyCell&)> x = [](const StudyCell& cell) { return static_cast<double>(cell.T); };
    std::function<std::optional<CellValue>(const StudyCell&)> value = {};
    std::function<std::string(std::size_t arm)> sign = {};  // behind its name, such as that of its kind of interval
    std::vector<ReferenceLine> references = {};
    bool is_from_zero = false;
    bool is_in_rows_for_one = true;  // a single T has no line to draw
    double frame_height = 300.0;

    /// Nothing if no cell has a value. Up to eight arms have a line each in one plot; of more, large
    /// families become one line with the range of their members, and the lines are spread over several plots. With a
    /// single T the values stand in rows instead.
    std::optional<Figure> figure(const StudyView& view) const;
    /// What the caption of the figure has to say of bands, and of arms that are left out because there are more than
    /// one page can hold.
    std::string notes(const StudyView& view) const;
    /// Whether the values stand in rows.
    bool has_rows(const StudyView& view) const;
};

}  // namespace syncopate::report
