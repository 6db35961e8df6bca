#include "io/formats/raster/run_header.hpp"

#include "core/error.hpp"
#include "io/json/json_value.hpp"

namespace syncopate {

namespace {

constexpr std::int32_t longest_window = 1 << 30;  // so that an offset can be added in 32 bits

}  // namespace

void validate(const RunHeader& run, const std::string& file) {
    if (run.T < 1 || run.T > longest_window)
        throw Error(file + ": T: " + std::to_string(run.T) + ", must be from 1 to 2^30");
    if (run.rule != "synchronous" && run.rule != "asynchronous") {
        throw Error(file + ": rule: " + to_string(JsonScalar(run.rule)) +
                    R"(, must be "synchronous" or "asynchronous")");
    }
    if (run.unit != "tick") throw Error(file + ": unit: " + to_string(JsonScalar(run.unit)) + R"(, must be "tick")");
}

std::string json_text(const RunHeader& run) {
    std::string edits;
    for (const std::string& edit : run.edits) edits += (edits.empty() ? "" : ", ") + json_quoted(edit);
    return "\"version\": " + json_quoted(run.version) + ",\n\"network\": {\"name\": " + json_quoted(run.network) +
           ", \"hash\": " + json_quoted(run.network_hash) + "},\n\"rule\": " + json_quoted(run.rule) +
           ",\n\"T\": " + std::to_string(run.T) + ",\n\"unit\": " + json_quoted(run.unit) +
           ",\n\"seed\": " + std::to_string(run.seed) + ",\n\"edits\": [" + edits + "]";
}

RunHeader read_run_header(const JsonCursor& root) {
    RunHeader run;
    run.T = root.member("T").integer32(1, longest_window);
    if (const auto version = root.find("version")) run.version = version->string();
    if (const auto network = root.find("network")) {
        network->allow_only({"name", "hash"});
        if (const auto name = network->find("name")) run.network = name->string();
        if (const auto hash = network->find("hash")) run.network_hash = hash->string();
    }
    if (const auto rule = root.find("rule")) run.rule = rule->string();
    if (const auto unit = root.find("unit")) run.unit = unit->string();
    if (const auto seed = root.find("seed")) run.seed = seed->unsigned_integer();
    if (const auto edits = root.find("edits")) {
        for (std::size_t e = 0; e < edits->size(); ++e) run.edits.push_back(edits->element(e).string());
    }
    validate(run, root.where());
    return run;
}

}  // namespace syncopate
