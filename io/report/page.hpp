#pragma once

#include "io/plot/figure.hpp"
#include "io/report/table.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace syncopate::report {

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
    /// Numbered, with its caption and a link that saves the drawing.
    void figure(const Figure& figure, std::string_view caption);
    void table(const Table& table);
    std::string finish() const;

private:
    std::string text_;
    int sections_ = 0;
    int figures_ = 0;
    int tables_ = 0;
};

}  // namespace syncopate::report
