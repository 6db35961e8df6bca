#pragma once

#include "io/plot/series_style.hpp"
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
    std::optional<Interval> interval = {};  // over images and seeds, or Wilson's of a single run
};

/// Arms of a figure that may not hold all.
struct ShownArms {
    std::vector<std::size_t> arms = {};  // ascending
    std::string sentence = {};           // " Shown are 8 of 25 arms: …", or nothing if no arm is left out
};

/// Questions about a study that several sections ask. The result must outlive it.
class StudyView {
public:
    explicit StudyView(const StudyResult& result);

    const StudyResult& result() const { return result_; }
    /// Null where the arm was not run at this T.
    const StudyCell* cell(std::size_t arm, Tick T) const;
    /// The arm's name, and where it acts unless that is everywhere. Plain text.
    std::string label(std::size_t arm) const;
    /// Arms of one family, in the order of their first ones; without the baseline.
    std::vector<ArmGroup> groups() const;
    /// At most `limit` arms: the baseline, and those furthest from it at their largest T, first the furthest of each
    /// group.
    ShownArms shown(std::size_t limit) const;
    /// Likewise, but of the arms whose cell at this T has what the figure draws, and by their distance there.
    ShownArms shown_at(Tick T, std::size_t limit, bool (*has_values)(const StudyCell&)) const;

    /// Whether every cell of the arm has a single run.
    bool ran_once(std::size_t arm) const;
    std::optional<Score> accuracy(const StudyCell& cell) const;
    std::optional<Score> agreement(const StudyCell& cell) const;
    /// Largest T at which an arm has details; 0 if none has.
    Tick detail_time() const;
    /// Populations that have details at this T, in the order of the baseline, then of the others.
    std::vector<std::string> detail_layers(Tick T) const;

private:
    double distance(std::size_t arm, Tick last) const;
    std::string shown_sentence(std::size_t shown, std::size_t candidates, Tick last) const;
    ShownArms furthest(std::vector<std::size_t> candidates, std::size_t limit, Tick last) const;

    const StudyResult& result_;
};

/// Null if the cell, which may be null, has no details of this layer.
const LayerDetail* detail_of(const StudyCell* cell, const std::string& layer);

/// The same in every figure of the report: the baseline's for arm 0.
SeriesStyle arm_style(std::size_t arm);

}  // namespace syncopate::report
