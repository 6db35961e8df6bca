#pragma once

#include "core/engine/executor.hpp"
#include "io/run/sample_batch.hpp"
#include "io/study/arm_edit.hpp"
#include "io/study/study_result.hpp"
#include "topology/layer_graph.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace syncopate {

/// A study: data set × network × arms × T × seeds. Plain data.
struct StudyDesign {
    LayerGraph graph;
    std::vector<ArmEdit> arms;  // the baseline first
    std::vector<Tick> T;        // ascending
    std::vector<std::uint64_t> seeds;
    std::int64_t samples = 0;
    std::int64_t first_sample = 0;     // index in the data set
    std::vector<std::int32_t> labels;  // of every sample, −1: not known
    bool has_labels = false;
    std::int64_t detail_samples = 0;
    std::string split = {};  // which part of the data set, "" where it has one
    std::string build = {};  // of the program that runs it
    StudyManifest manifest;
    std::vector<std::string> warnings;
};

/// A file of what every run says of every sample, if it is wanted (study_predictions.hpp says what stands in it).
struct StudyPredictions {
    std::filesystem::path file;         // .npz or .csv; empty: not wanted
    std::filesystem::path store;        // where logits lie until then
    std::vector<std::int64_t> samples;  // index in the data set of every sample
};

/// How it is carried out; nothing here changes a result.
struct StudyConduct {
    SampleLoader load;
    Executor& executor;
    std::filesystem::path checkpoint;  // where predictions and counts of the samples that are done are kept
    bool restarts = false;             // forgets the checkpoint
    /// A checkpoint is written after the first round of samples that ends so much later than the last one.
    std::chrono::milliseconds checkpoint_interval = std::chrono::seconds(5);
    /// Told what is being done, how much of it there is (at the start, with done = 0), and how much has just been done.
    std::function<void(const std::string& what, std::int64_t total, std::int64_t done)> progress;
    /// Told how many samples the checkpoint holds: at the beginning, if there is one, and whenever it was written. May
    /// be empty.
    std::function<void(std::int64_t samples)> kept = {};
    StudyPredictions predictions = {};
};

/// Runs a study, or what a checkpoint says is missing of it. Controls come first: if one fails, nothing else is run,
/// and the result says so. A checkpoint spares the samples that are done, not the controls and not the close look at
/// the first samples. Results are the same bytes for any executor and however often the study was stopped. Throws
/// Error if a network cannot be compiled, a sample cannot be run, or the checkpoint is of another study.
StudyResult run_study(const StudyDesign& design, const StudyConduct& conduct);

/// The same in two steps, for who has something to do when nothing speaks against the study any more, and before it
/// begins. `design` and `conduct` must outlive it.
class Study {
public:
    /// Compiles the networks, reads the checkpoint and opens the store of logits. Throws what run_study says, but for
    /// samples.
    Study(const StudyDesign& design, const StudyConduct& conduct);
    ~Study();
    StudyResult run();

private:
    class Job;
    std::unique_ptr<Job> job_;
};

/// What a study takes in memory, roughly, in bytes: every arm has neurons of its own, and synapses where they differ.
double study_memory(const StudyDesign& design, int workers);

}  // namespace syncopate
