#include "io/report/table.hpp"

#include <utility>

namespace syncopate::report {

Table::Table(std::string caption, std::vector<Column> columns)
    : caption_(std::move(caption)), columns_(std::move(columns)) {}

void Table::add(std::vector<std::string> cells, std::string kind) {
    cells.resize(columns_.size());
    rows_.push_back({std::move(cells), std::move(kind)});
}

std::string Table::body() const {
    const auto opening = [&](const std::string& element, std::size_t column) {
        return "<" + element + (columns_[column].is_number ? " class=\"number\">" : ">");
    };
    std::string text = "<thead><tr>";
    for (std::size_t n = 0; n < columns_.size(); ++n) text += opening("th", n) + columns_[n].head + "</th>";
    text += "</tr></thead>\n<tbody>\n";
    for (const Row& row : rows_) {
        text += row.kind.empty() ? "<tr>" : "<tr class=\"" + row.kind + "\">";
        for (std::size_t n = 0; n < columns_.size(); ++n) text += opening("td", n) + row.cells[n] + "</td>";
        text += "</tr>\n";
    }
    return text + "</tbody>\n";
}

}  // namespace syncopate::report
