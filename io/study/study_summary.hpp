#pragma once

#include "io/study/detail_pass.hpp"
#include "io/study/study.hpp"
#include "io/study/study_tally.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace syncopate {

/// Everything that the figures of a study are made of.
struct StudyMaterial {
    const StudyDesign& design;
    const StudyRuns& study;
    const std::vector<PopulationIndex>& layers;  // firing layers
    const StudyTally& tally;
    const std::vector<DetailCell>& details;
    bool has_ann = false;
};

/// The figures, but for the controls. Samples that are not done do not count.
StudyResult summarise(const StudyMaterial& material);

/// The layer whose spike trains are shown: the first that the first arm with an edit changes. A position in `layers`.
std::size_t traced_layer(std::span<const std::unique_ptr<Arm>> arms, std::span<const PopulationIndex> layers);

}  // namespace syncopate
