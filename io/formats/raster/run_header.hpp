#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace syncopate {

class JsonCursor;

/// What a recording says of the run it comes from.
struct RunHeader {
    std::string version = {};       // of the program that wrote it
    std::string network = {};       // name of the network file
    std::string network_hash = {};  // its SHA-256
    std::string rule = "synchronous";
    std::int32_t T = 1;  // ticks of a window
    std::string unit = "tick";
    std::uint64_t seed = 0;
    std::vector<std::string> edits = {};  // of the network in its file, as options: "--neuron tpp"
};

/// Throws Error, naming `file` and member, unless T is from 1 to 2^30, the rule is known and the unit is "tick".
void validate(const RunHeader& run, const std::string& file);

/// The members as JSON, one a line, without brackets around them.
std::string json_text(const RunHeader& run);

/// Reads the members version, network, rule, T (required), unit, seed and edits of an object.
RunHeader read_run_header(const JsonCursor& root);

}  // namespace syncopate
