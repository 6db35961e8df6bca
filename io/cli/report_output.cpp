#include "io/cli/report_output.hpp"

#include "io/cli/standard_output.hpp"
#include "io/files/new_file.hpp"

namespace syncopate {

void write_report(const std::string& target, bool is_quiet, const std::function<std::string()>& json,
                  const std::function<std::string()>& text) {
    if (target == "-") {
        print(json());
        return;
    }
    if (!target.empty()) write_file(target, json());
    if (!is_quiet) print(text());
}

}  // namespace syncopate
