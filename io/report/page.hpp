#pragma once

#include "io/plot/figure.hpp"
#include "io/report/table.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace syncopate::report {

/// A figure of a page, and what it is called as a file: "figure-03-accuracy".
struct ReportFigure {
    std::string name;
    Figure figure;
};

/// An HTML page that grows from top to bottom. Everything given here is HTML, but `title` and `id`, which are plain
/// text.
class Page {
public:
    explicit Page(std::string_view title);

    /// A heading, numbered.
    void section(std::string_view id, std::string_view heading);
    void subsection(std::string_view heading);
    void paragraph(std::string_view text);
    void box(std::string_view kind, std::string_view content);
    void list(const std::vector<std::string>& items);
    /// Numbered, with its caption and links to the files that hold it (figure_files.hpp).
    void figure(const Figure& figure, std::string_view caption);
    void table(const Table& table);
    std::string finish() const;
    /// All figures so far, in their order.
    std::vector<ReportFigure>& figures() { return figures_; }

private:
    std::string text_;
    int sections_ = 0;
    std::string section_ = "report";  // the id of the last one
    std::vector<ReportFigure> figures_;
    int tables_ = 0;
};

}  // namespace syncopate::report
