#pragma once

#include "io/plot/figure.hpp"
#include "io/plot/series.hpp"
#include "io/report/study_view.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace syncopate::report {

/// Arms and layers that one figure shows.
struct LayerChoice {
    Tick T = 0;
    ShownArms shown = {};
    std::vector<std::string> layers = {};
};

/// Everything at the largest T with details, but at most eight of the arms that have some there.
LayerChoice detail_choice(const StudyView& view);

/// What a cell says of one of its layers, or nothing.
using LayerQuestion = std::function<std::optional<double>(const StudyCell&, const std::string& layer)>;

/// The question to the layer's detail, if there is one.
LayerQuestion of_detail(std::function<std::optional<double>(const LayerDetail&)> value);

/// A value of each layer.
struct LayerValue {
    std::string title = {};
    std::string unit = {};
    LayerQuestion of = {};
    bool is_from_zero = true;
};

/// One figure with a plot for each value: layers from left to right, a line for each arm. Nothing if no layer has any
/// of the values.
std::optional<Figure> figure_over_layers(const StudyView& view, const LayerChoice& choice,
                                         const std::vector<LayerValue>& values);

/// `count` of `whole`, in percent; none of an empty whole.
std::optional<double> percent_of(std::int64_t count, std::int64_t whole);

}  // namespace syncopate::report
