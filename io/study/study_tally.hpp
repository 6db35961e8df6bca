#pragma once

#include "io/study/sample_runner.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace syncopate {

/// What a study has found out so far. Whole numbers only, so that the order of samples does not matter.
struct StudyTally {
    std::vector<std::uint8_t> is_done;                   // of every sample
    std::vector<std::int32_t> ann;                       // of every sample
    std::vector<std::vector<std::int32_t>> predictions;  // of every run, of every sample
    std::vector<std::vector<SpikeTally>> layers;         // of every run, of every firing layer: sums over samples

    StudyTally() = default;
    StudyTally(std::size_t runs, std::size_t layers, std::size_t samples);

    /// Requires: the sample is not done yet.
    void add(const SampleOutcomes& outcomes);
    std::int64_t done() const;
};

/// Writes what is known, so that a study that is stopped can go on. `identity`: 64 hexadecimal digits that name the
/// study; a checkpoint of another one is never used. The file appears whole or not at all.
void write_checkpoint(const StudyTally& tally, const std::string& identity, const std::filesystem::path& path);

/// Reads it into a tally of the right size. Throws Error, naming the file and what to do, if it is of another study or
/// damaged.
void read_checkpoint(StudyTally& tally, const std::string& identity, const std::filesystem::path& path);

}  // namespace syncopate
