#include "io/cli/report_output.hpp"

#include "io/files/new_file.hpp"

#include <cstdio>

namespace syncopate {

void write_report(const std::string& target, bool is_quiet, const std::string& json, const std::string& text) {
    if (target == "-") {
        std::fputs(json.c_str(), stdout);
        return;
    }
    if (!target.empty()) {
        NewFile file(target);
        file.stream() << json;
        file.keep();
    }
    if (!is_quiet) std::fputs(text.c_str(), stdout);
}

}  // namespace syncopate
