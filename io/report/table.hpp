#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace syncopate::report {

/// A table of the page. Cells are HTML: texts from data must be escaped before.
class Table {
public:
    struct Column {
        std::string head = {};
        bool is_number = false;  // aligned at the right
    };

    Table(std::string caption, std::vector<Column> columns);

    /// `kind` becomes the row's class, such as "bad"; none if empty. Requires: a cell for each column.
    void add(std::vector<std::string> cells, std::string kind = "");
    bool is_empty() const { return rows_.empty(); }
    const std::string& caption() const { return caption_; }
    /// From <thead> to </tbody>.
    std::string body() const;

private:
    struct Row {
        std::vector<std::string> cells = {};
        std::string kind = {};
    };
    std::string caption_;
    std::vector<Column> columns_;
    std::vector<Row> rows_;
};

}  // namespace syncopate::report
