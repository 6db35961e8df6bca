#pragma once

#include "core/compiled_network.hpp"
#include "io/run/run_statistics.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace syncopate {

/// Where a run's numbers come from; enough to repeat it.
struct RunManifest {
    std::string version;
    std::string commit;
    std::string network;       // path as given
    std::string network_hash;  // SHA-256
    std::string data;          // path as given
    std::string data_format;
    std::string data_hash;             // SHA-256 over the data set's files
    std::string input_range;           // what its numbers were taken for: "0:1", "0:255" or "ready"
    std::vector<std::string> classes;  // the folders of the classes, by label; none of other data
    std::string samples;               // the range as given, "" for all
    std::uint64_t seed = 0;
    Tick T = 1;
    std::string rule = "synchronous";
    int threads = 1;  // none of the results depends on it
    std::string executor;
    std::string cpu;
    std::vector<std::string> options;  // the command line
};

/// Everything that a run says.
struct RunReport {
    RunManifest manifest;
    RunStatistics statistics;
    const CompiledNetwork* network = nullptr;
    bool has_labels = false;
    bool has_ann = false;
    bool has_asked_ticks = false;  // whether somebody chose the ticks that were judged
    double seconds = 0.0;          // of running the samples
    std::int64_t peak_memory = 0;  // bytes resident, at most, of the process
    std::vector<std::string> warnings;
    std::int64_t checked_samples = 0;                     // equal to the reference simulator
    std::map<std::string, std::int64_t> deliveries = {};  // of every kind, how many projections it delivers
};

/// Multiply-accumulates that the analogue input costs, once for each sample; only into the populations that `is_live`
/// (one value for each) says, unless it is empty.
std::int64_t analogue_macs(const CompiledNetwork& network, const std::vector<bool>& is_live = {});

/// The report as a table for people.
std::string to_text(const RunReport& report);

/// The report as JSON (`syncopate-run/1`, see io/schemas).
std::string to_json(const RunReport& report);

}  // namespace syncopate
