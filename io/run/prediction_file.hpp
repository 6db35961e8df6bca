#pragma once

#include "core/tick.hpp"
#include "io/formats/data/npz_spool.hpp"
#include "io/run/run_listener.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace syncopate {

/// What a file of predictions holds.
struct PredictionPlan {
    std::int64_t samples = 0;
    std::vector<Tick> ticks;  // of the answers, from 1, ascending
    std::int64_t classes = 0;
    bool has_labels = false;
    bool has_ann = false;
};

/// Writes what a network says of every sample, as .npz or .csv by the file's name:
///  * .npz: samples[sample] (index in the data set), labels[sample] (−1: not known), ticks[tick],
///    predictions[sample, tick], logits[sample, tick, class], ann_predictions[sample], ann_logits[sample, class];
///    labels and those of the ANN only where there are any;
///  * .csv: a row for each sample and tick: sample,label,t,prediction,ann_prediction,logit_0,logit_1,…; a cell is empty
///    where nothing is known.
/// Logits are the read-out's mean over the ticks so far. Memory does not grow with the samples: they lie in a file
/// beside the target, which is written at the end and then renamed.
class PredictionFile final : public PredictionSink {
public:
    /// Throws UsageError, naming --predictions, if the name has neither ending or the disk is too small, Error if the
    /// file cannot be made.
    PredictionFile(std::filesystem::path path, PredictionPlan plan);

    void ticks(const Sample& sample, std::size_t first, std::span<const std::int32_t> classes,
               std::span<const double> logits) override;
    void ann(const Sample& sample, std::int32_t choice, std::span<const float> logits) override;

    /// What the file will take, roughly.
    double bytes() const;

    /// Writes the file. Requires: every sample has said all.
    void finish();

private:
    void write_csv() const;

    std::filesystem::path path_;
    PredictionPlan plan_;
    NpzSpool spool_;
};

/// Throws UsageError unless the name of a file of predictions ends in .npz or .csv.
void require_prediction_name(const std::filesystem::path& path);

/// The heads of the columns of logits in a CSV file: ",logit_0,logit_1,…".
std::string logit_columns(std::int64_t classes);

}  // namespace syncopate
