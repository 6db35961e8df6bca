#include "io/run/classes.hpp"

#include "core/error.hpp"
#include "io/formats/data/dataset.hpp"
#include "io/run/simulation.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/read_out.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace syncopate;

namespace {

std::int32_t class_of(const std::vector<double>& values, std::int64_t classes) {
    return syncopate::class_of(std::span<const double>(values), classes);
}

std::string refusal(const Dataset& dataset, const Shape& read_out) {
    try {
        require_classes_of(dataset, read_out);
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

/// An input straight into a read-out of this shape, through one weight.
LayerGraph plain_network(const Shape& shape, double weight) {
    LayerGraph graph;
    graph.populations.push_back({.name = "in", .id = 1, .shape = shape, .model = DirectCurrent{}});
    graph.populations.push_back({.name = "out", .id = 2, .shape = shape, .model = ReadOut{}});
    graph.projections.push_back({.source = 0, .target = 1, .delay = 0, .stages = {Scale{shape, {weight}}}});
    return graph;
}

SampleOutcome run(const LayerGraph& graph, const Sample& sample, RunStatistics& statistics) {
    const Simulation simulation(graph, 4, 0);
    const auto serial = make_serial_executor();
    Observer nobody;
    return simulation.run_observed(sample, *serial, nobody, {}, statistics);
}

}  // namespace

TEST_CASE("classes: a vector has one for each value, a single value two by its sign, a map none") {
    CHECK(class_count({10, 1, 1}) == 10);
    CHECK(class_count({1, 1, 10}) == 10);
    CHECK(class_count({1, 1, 1}) == 2);
    CHECK(class_count({3, 8, 8}) == 0);
    CHECK(class_count({1, 2, 2}) == 0);
    CHECK(class_count({3, 1, 2}) == 0);
    CHECK(class_of({1.0, 3.0, 3.0}, 3) == 1);
    CHECK(class_of({0.5}, 2) == 1);
    CHECK(class_of({0.0}, 2) == 0);
    CHECK(class_of({-0.5}, 2) == 0);
    CHECK(class_of({1.0, 2.0, 3.0, 4.0}, 0) == -1);
}

TEST_CASE("classes: labels that the network cannot have are refused by name") {
    Dataset dataset;
    dataset.label_place = "y.npy";
    dataset.labels = {0, 1, 2};
    CHECK(refusal(dataset, {3, 1, 1}) == "no error");
    CHECK(refusal(dataset, {3, 4, 4}) == "no error");
    CHECK(refusal(dataset, {2, 1, 1}).find("label 2 of sample 2: the network has 2 classes") != std::string::npos);
    CHECK(refusal(dataset, {1, 1, 1}) ==
          "y.npy: label 2 of sample 2: the network has one output, whose sign tells class 1 (> 0) from class 0: labels "
          "must be 0 or 1");
    dataset.class_names = {"a", "b", "c"};
    dataset.has_class_folders = true;
    CHECK(refusal(dataset, {3, 1, 1}) == "no error");
    CHECK(
        refusal(dataset, {12, 1, 1}).find("y.npy: has 3 folders of classes, but the network tells 12 classes apart") !=
        std::string::npos);
}

TEST_CASE("classes: the sign of one logit decides for the spiking network") {
    RunStatistics statistics(2, 4);
    const LayerGraph graph = plain_network({1, 1, 1}, 1.0);
    CHECK(run(graph, {0, 1, {0.25}}, statistics).prediction == 1);
    CHECK(run(graph, {1, 0, {-0.25}}, statistics).prediction == 0);
    CHECK(run(graph, {2, 0, {0.0}}, statistics).prediction == 0);
    CHECK(run(graph, {3, 1, {-1.0}}, statistics).prediction == 0);
    CHECK(statistics.snn_correct.back() == 3);
}

TEST_CASE("classes: a map is neither right nor in agreement, and a warning says so") {
    RunStatistics statistics(2, 4);
    const SampleOutcome outcome = run(plain_network({1, 2, 2}, 1.0), {0, -1, {0.5, 0.25, 0.0, -1.0}}, statistics);
    CHECK(outcome.prediction == -1);
    CHECK(outcome.logits.size() == 4);
    CHECK(statistics.snn_correct.back() == 0);
    CHECK(statistics.agreement.back() == 0);
    CHECK(map_warning("out", {1, 2, 2})->find("the read-out \"out\" is a map of 1x2x2") != std::string::npos);
    CHECK_FALSE(map_warning("out", {4, 1, 1}));
}
