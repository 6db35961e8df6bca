#pragma once

#include "core/shape.hpp"
#include "core/tick.hpp"
#include "io/run/wilson.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace syncopate {

/// One arm of a study: the network with one edit, or as it is.
struct StudyArm {
    std::string name = {};                 // "permute:shared"; "baseline" is the network as it is
    std::string layers = {};               // where it acts: "all", "conv1", "prefix:conv3"; empty for the baseline
    std::string family = {};               // arms of one request, such as the T! orders of "permute:all"; else the name
    std::string sentence = {};             // what it does, for users; without a full stop
    std::vector<std::string> edited = {};  // the populations whose spikes or neurons it changes
    bool has_chance = false;               // draws random numbers, so it is run once for each seed
};

/// What one run of an arm over all samples gave.
struct SeedOutcome {
    std::uint64_t seed = 0;
    std::int64_t correct = 0;
    std::int64_t agreement = 0;  // same class as the ANN
    std::int64_t spikes = 0;     // that all layers pass on, in all samples
    std::int64_t synaptic_operations = 0;
};

/// Spikes that one layer passes on (behind its relay, if the arm gives it one) and what they cost, summed over samples
/// and seeds.
struct LayerTally {
    std::string name;
    Shape shape;
    std::int64_t spikes = 0;
    std::int64_t synaptic_operations = 0;
};

/// One of the parts into which the error of a layer is decomposed: φ − clip(z, 0, c), where φ = θN/T is what the spikes
/// say, z the layer's mean input and c where the ANN's activation clips. Errors of a neuron in thresholds (θ), over
/// neurons and samples.
struct ErrorPart {
    double mean = 0.0;
    double mean_magnitude = 0.0;
};

/// How the spikes of one layer lie in time, and how far they are from the ANN (METHODS.md, Measures). Of the
/// study's detail samples and the first seed only. Times are those of the spikes that the layer passes on, behind a
/// relay; everything that speaks of the ANN, of residual potentials and of errors is of the layer's own neurons, so it
/// is before what a relay drops or inserts.
struct LayerDetail {
    std::string name;
    std::int64_t neurons = 0;  // pairs of neuron and sample
    std::int64_t silent = 0;   // of these, without a spike
    std::vector<std::int64_t> spikes_by_tick;
    std::vector<std::int64_t> first_spike;  // [tick]: pairs whose first spike comes then
    std::vector<std::int64_t> centroid;     // [tick]: pairs whose mean spike time, rounded down, is that
    double mean_first_spike = 0.0;          // local ticks from 0, of pairs that spike
    double mean_centroid = 0.0;

    bool has_ann = false;                   // whether the four below mean anything
    std::vector<std::int64_t> offset = {};  // pairs by N_snn − N_ann, from −T to T (2T + 1 values)
    std::int64_t ann_silent = 0;            // pairs whose ANN activation is 0
    std::int64_t false_spiking = 0;         // of these, with a spike
    std::int64_t missed = 0;                // pairs whose ANN activation rounds to a spike or more, but without one

    bool has_residual = false;       // not for relays, encoders and hard reset
    std::int64_t residual_low = 0;   // pairs with a residual potential below 0
    std::int64_t residual_high = 0;  // pairs with a residual potential of a threshold or more: unfinished firing
    ErrorPart clipping = {};
    ErrorPart quantisation = {};
    ErrorPart unevenness = {};  // for two-phase neurons: of stochastic rounding
    ErrorPart total = {};
};

enum class Verdict : std::uint8_t {
    no_evidence,
    better,  // p_holm < 0.05, and the difference is above 0
    worse,
    identical,  // by construction, whatever the samples: no test
};
/// "no evidence", "better", "worse", "identical".
std::string to_string(Verdict verdict);

/// One arm against the baseline on the same samples: McNemar for each seed (Fagerland 2013). Over several seeds p and
/// interval are of the mean difference, with a variance from images, seeds and the rest (crossed.hpp); of a single run
/// they are McNemar's exact p and Tango's score interval. Corrected for the number of comparisons (Holm 1979).
struct StudyComparison {
    struct Seed {
        std::uint64_t seed = 0;
        std::int64_t only_arm = 0;       // samples that only the arm gets right
        std::int64_t only_baseline = 0;  // samples that only the baseline gets right
        double p_exact = 1.0;
        double p_mid = 1.0;
    };
    std::vector<Seed> seeds;
    /// Components of the variance of one difference.
    struct Variance {
        double image = 0.0, seed = 0.0, rest = 0.0;
    };
    double difference = 0.0;           // of accuracies, arm − baseline, mean over seeds; shares, not percent
    std::optional<Interval> interval;  // 95 %, not corrected; none without samples, or if the two are identical
    double p = 1.0;                    // not corrected
    double p_holm = 1.0;
    std::optional<double> degrees = {};  // of freedom, of several seeds
    Variance variance = {};              // likewise
    Verdict verdict = Verdict::no_evidence;

    /// Whether it would be better or worse if it were the only comparison.
    bool is_lost_by_correction() const { return verdict == Verdict::no_evidence && p < 0.05 && difference != 0.0; }
};

/// One arm at one T.
struct StudyCell {
    std::size_t arm = 0;  // in StudyResult::arms
    Tick T = 1;
    std::int32_t extra_ticks = 0;         // latency beyond T
    std::vector<SeedOutcome> seeds = {};  // one for an arm without chance
    std::optional<Interval> interval =
        {};  // 95 %, of the accuracy over images and seeds, within [0, 1]; none of one seed
    std::vector<LayerTally> layers = {};
    std::vector<LayerDetail> details = {};
    std::optional<StudyComparison> comparison = {};  // none for the baseline, without labels, or if a control failed
};

enum class ControlOutcome : std::uint8_t { passed, failed, impossible };
/// "passed", "failed", "impossible".
std::string to_string(ControlOutcome outcome);

/// A check that runs by itself; one that fails fails the study. Some networks do not allow every check.
struct StudyControl {
    std::string name;
    std::string what;  // in one sentence, what was compared, and with what outcome; or why it was not
    ControlOutcome outcome = ControlOutcome::failed;

    bool has_failed() const { return outcome == ControlOutcome::failed; }
};

/// Spike trains of a few neurons of one layer, before and after an arm's edit.
struct StudyRaster {
    std::size_t arm = 0;
    Tick T = 1;
    std::string layer;
    std::int64_t sample = 0;
    std::vector<std::int32_t> neurons;            // ids, C·H·W
    std::vector<std::vector<Tick>> times;         // of every neuron: in this arm, local ticks
    std::vector<std::vector<Tick>> times_before;  // the same neurons in the baseline
};

struct StudyManifest {
    std::string version;
    std::string commit;
    std::string network;       // path as given
    std::string network_hash;  // SHA-256
    std::string data;          // path as given
    std::string data_format;
    std::string data_hash;
    std::string input_range;           // what its numbers were taken for: "0:1", "0:255" or "ready"
    std::vector<std::string> classes;  // the folders of the classes, by label; none of other data
    std::string samples;               // the range as given, "" for all
    std::vector<std::uint64_t> seeds;
    std::string rule = "synchronous";
    std::vector<std::string> options;  // the command line, without what changes no figure
};

/// Everything a study found out. No member depends on threads, interruptions or the machine's speed.
struct StudyResult {
    StudyManifest manifest;
    std::vector<Tick> T;  // ascending
    std::int64_t samples = 0;
    std::int64_t detail_samples = 0;
    bool has_labels = false;
    bool has_ann = false;
    std::int64_t ann_correct = 0;
    std::vector<StudyArm> arms;  // the baseline first
    std::vector<StudyCell> cells;
    std::vector<StudyControl> controls;
    std::vector<StudyRaster> rasters;
    std::vector<std::string> warnings;
};

}  // namespace syncopate
