#pragma once

#include "io/study/logit_store.hpp"
#include "io/study/sample_runner.hpp"
#include "io/study/study.hpp"
#include "io/study/study_tally.hpp"

namespace syncopate {

/// Everything that a study's file of predictions is made of.
struct PredictionMaterial {
    const StudyDesign& design;
    const StudyRuns& study;
    const StudyTally& tally;
    const LogitStore& logits;
    std::int64_t classes = 0;
    bool has_ann = false;
};

/// Writes what every run of a study says of every sample at its T, as .npz or .csv by the name of the file:
///  * .npz: arm_names[arm], arm[run] (a position in arm_names), T[run], seed[run], samples[sample] (index in the data
///    set), labels[sample] (−1: not known), predictions[sample, run], logits[sample, run, class],
///    ann_predictions[sample]; labels and those of the ANN only where there are any;
///  * .csv: a row for each run and sample: arm,layers,T,seed,sample,label,prediction,ann_prediction,logit_0,logit_1,…
/// Requires: every sample is done.
void write_predictions(const PredictionMaterial& material, const StudyPredictions& request);

/// What such a file takes, roughly, in bytes.
double prediction_bytes(const std::filesystem::path& file, const LogitStore::Layout& layout);

}  // namespace syncopate
