#include "io/run/csv_row.hpp"

#include "core/assert.hpp"

#include <cmath>

namespace syncopate {

void CsvRow::add(std::string_view text) {
    begin_cell();
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        line_ += text;
        return;
    }
    line_ += '"';
    for (const char c : text) line_.append(c == '"' ? 2 : 1, c);
    line_ += '"';
}

void CsvRow::add(double number) {
    SYNCOPATE_ASSERT(std::isfinite(number));
    add_number(number);
}

void CsvRow::add_empty(int cells) {
    for (int c = 0; c < cells; ++c) begin_cell();
}

void CsvRow::begin_cell() {
    if (!first_) line_ += ',';
    first_ = false;
}

}  // namespace syncopate
