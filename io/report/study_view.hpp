#pragma once

#include "io/report/series_style.hpp"
#include "io/study/study_result.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace syncopate::report {

/// Arms of one request.
struct ArmGroup {
    enum class Kind : std::uint8_t {
        single,
        members,  // different arms, such as the orders of "permute:all"
        layers    // one arm at different places
    };
    std::string name = {};
    Kind kind = Kind::single;
    std::vector<std::size_t> arms = {};
};

/// Share of the samples that an outcome of a cell names, over its seeds.
struct Score {
    double mean = 0.0;
    std::optional<Interval> interval = {};  // t over seeds, or Wilson's of a single run
};

/// Questions about a study that several sections ask. The result must outlive it.
class StudyView {
public:
    explicit StudyView(const StudyResult& result);

    const StudyResult& result() const { return result_; }
    /// Null where the arm was not run at this T.
    const StudyCell* cell(std::size_t arm, Tick T) const;
    /// The arm's name, and where it acts if another arm has the same name. Plain text.
    std::string label(std::size_t arm) const;
    /// Arms of one family, in the order of their first ones; without the baseline.
    std::vector<ArmGroup> groups() const;
    /// The baseline and at most `limit` − 1 others for figures that cannot hold all: those furthest from the baseline
    /// at the largest T, first the furthest of each group.
    std::vector<std::size_t> shown(std::size_t limit) const;
    /// "Shown are 8 of 25 arms: …", or nothing if all are.
    std::string shown_sentence(const std::vector<std::size_t>& arms) const;

    std::optional<Score> accuracy(const StudyCell& cell) const;
    std::optional<Score> agreement(const StudyCell& cell) const;
    /// Largest T at which an arm has details; 0 if none has.
    Tick detail_time() const;
    /// Populations that have details at this T, in the order of the baseline, then of the others.
    std::vector<std::string> detail_layers(Tick T) const;

private:
    double distance(std::size_t arm) const;

    const StudyResult& result_;
};

/// Null if the cell, which may be null, has no details of this layer.
const LayerDetail* detail_of(const StudyCell* cell, const std::string& layer);

/// By place in a figure: the baseline's for arm 0.
SeriesStyle arm_style(std::size_t arm, std::size_t place);

}  // namespace syncopate::report
