#include "tests/unit/io/schemas/schema_judge.hpp"

#include "io/schemas/schemas.hpp"

#include "core/error.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <sstream>

namespace syncopate {

namespace {

/// Judges files with Python's jsonschema, which knows the draft; no library of C++ does.
const std::string judge = R"(
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
with open(sys.argv[2], 'w') as out:
    for name in sys.argv[3:]:
        error = jsonschema.exceptions.best_match(validator.iter_errors(json.load(open(name))))
        out.write('valid\n' if error is None else 'not valid: ' + error.message.replace('\n', ' ')[:200] + '\n')
)";

}  // namespace

bool can_judge() {
    const bool can = std::system("python3 -c 'from jsonschema import Draft202012Validator' 2>/dev/null") == 0;
    if (!can) MESSAGE("python3-jsonschema is not installed: the schemas are not checked");
    return can;
}

void check_agreement(const Changes& file, const TemporaryFolder& folder) {
    std::ostringstream command;
    const std::string schema = folder.write("schema.json", schema_text(file.schema)).string();
    command << "python3 '" << folder.write("judge.py", judge).string() << "' '" << schema << "' '"
            << (folder / "verdicts").string() << "'";
    std::vector<std::string> names;
    for (std::size_t c = 0; c <= file.changes.size(); ++c) {
        std::string text = file.text;
        if (c > 0) {
            const std::string& old_text = file.changes[c - 1].first;
            const auto at = text.find(old_text);
            REQUIRE_MESSAGE(at != std::string::npos, old_text << " is not in " << text);
            text.replace(at, old_text.size(), file.changes[c - 1].second);
        }
        names.push_back(folder.write("changed" + std::to_string(c) + ".json", text).string());
        command << " '" << names.back() << "'";
    }
    REQUIRE(std::system(command.str().c_str()) == 0);
    std::istringstream verdicts(folder.read("verdicts"));
    for (std::size_t c = 0; c < names.size(); ++c) {
        CAPTURE(c == 0 ? "unchanged" : file.changes[c - 1].second);
        std::string verdict;
        std::getline(verdicts, verdict);
        if (c == 0) {
            CHECK(verdict == "valid");
            if (file.read) CHECK_NOTHROW(file.read(names[c]));
        } else {
            CHECK(verdict.starts_with("not valid: "));
            if (file.read) CHECK_THROWS_AS(file.read(names[c]), Error);
        }
    }
}

}  // namespace syncopate
