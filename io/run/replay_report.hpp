#pragma once

#include "core/compiled_network.hpp"
#include "io/formats/raster/run_header.hpp"
#include "io/run/run_statistics.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace syncopate {

/// Where a replay's numbers come from; enough to repeat it.
struct ReplayManifest {
    std::string version;
    std::string commit;
    std::string network;       // path as given
    std::string network_hash;  // SHA-256
    std::string raster;        // path as given
    std::string raster_hash;   // SHA-256
    std::string data;          // path as given; empty: no data were needed
    std::string data_format;
    std::string data_hash;
    std::string input_range;           // what their numbers were taken for
    std::vector<std::string> classes;  // the folders of the classes, by label; none of other data
    std::uint64_t seed = 0;
    Tick T = 1;
    std::string rule = "synchronous";
    int threads = 1;  // none of the results depends on it
    std::string cpu;
    std::vector<std::string> options;  // the command line
};

/// One sample, as recorded and as replayed.
struct ReplayedSample {
    std::int64_t index = 0;  // in the data set
    std::optional<std::int32_t> label = {};
    std::optional<std::int32_t> recorded_prediction = {};
    std::optional<std::int32_t> prediction = {};  // none: the read-out is a map
};

/// Everything that a replay says.
struct ReplayReport {
    ReplayManifest manifest;
    RunHeader recorded;                 // the run that the raster comes from
    std::vector<std::string> replayed;  // names of the layers whose spikes were given
    std::vector<bool> is_live;          // for each population: whether it was simulated
    std::vector<bool> is_shown;         // for each population: whether it was simulated or replayed
    std::vector<ReplayedSample> samples;
    RunStatistics statistics;
    const CompiledNetwork* network = nullptr;
    double seconds = 0.0;
    std::int64_t peak_memory = 0;  // bytes resident, at most, of the process
    std::vector<std::string> warnings;
};

/// Samples of a replay that have a property, of those of which it is known.
struct ReplayShare {
    std::int64_t part = 0;
    std::int64_t whole = 0;
};
ReplayShare replay_accuracy(const ReplayReport& report);
ReplayShare recorded_accuracy(const ReplayReport& report);
/// Samples to which both runs give the same class.
ReplayShare replay_agreement(const ReplayReport& report);

/// Names of the populations that were simulated.
std::vector<std::string> simulated_names(const ReplayReport& report);

/// The report as a table for people.
std::string to_text(const ReplayReport& report);

/// The report as JSON (`syncopate-replay/1`, see io/schemas).
std::string to_json(const ReplayReport& report);

}  // namespace syncopate
