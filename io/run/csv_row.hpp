#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <string>
#include <string_view>

namespace syncopate {

/// One line of a CSV file (RFC 4180) that grows cell by cell. Numbers are written alike whatever the locale.
class CsvRow {
public:
    /// In quotes where it holds what would end a cell.
    void add(std::string_view text);
    void add(std::integral auto number) { add_number(number); }
    /// The shortest text that reads back as the same number. Requires: it is finite.
    void add(double number);
    void add_empty(int cells);
    /// The row and the end of its line.
    std::string line() const { return line_ + "\n"; }

private:
    void begin_cell();
    void add_number(auto number) {
        begin_cell();
        std::array<char, 32> digits{};
        const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
        line_.append(digits.data(), written.ptr);
    }

    std::string line_;
    bool first_ = true;
};

}  // namespace syncopate
