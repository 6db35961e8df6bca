#include "io/run/csv_row.hpp"

#include "core/assert.hpp"

#include <cmath>

namespace syncopate {

void CsvRow::add(std::string_view text) {
    begin_cell();
    // Without quotes where none are needed, as most readers write it. Where layers are listed (conv1,conv2) they are
    // needed, and names come from network files, so line ends and quotes must be expected too.
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        line_ += text;
        return;
    }
    line_ += '"';
    for (const char c : text) line_.append(c == '"' ? 2 : 1, c);
    line_ += '"';
}

void CsvRow::add(double number) {
    // CSV has no word for what is no finite number; "inf" or "nan" would turn a column of numbers into one of texts for
    // many readers.
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
