#include "topology/conversion/calibration.hpp"

#include "core/error.hpp"
#include "tests/unit/topology/conversion/ann_builder.hpp"

#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>

using namespace syncopate;
using namespace syncopate::test;

namespace {

/// Samples in a stated order.
class ListSource final : public SampleSource {
public:
    explicit ListSource(std::vector<std::vector<float>> samples) : samples_(std::move(samples)) {}
    std::size_t count() const override { return samples_.size(); }
    void read(std::size_t index, std::span<float> sample) const override {
        std::ranges::copy(samples_[index], sample.begin());
    }

private:
    std::vector<std::vector<float>> samples_;
};

std::vector<std::vector<float>> random_samples(const AnnGraph& graph, std::size_t count, std::uint64_t seed) {
    std::vector<std::vector<float>> samples;
    for (std::size_t s = 0; s < count; ++s) {
        const std::vector<double> input = random_input(graph, seed * 1000 + s);
        samples.emplace_back(input.begin(), input.end());
    }
    return samples;
}

void check_same(const Calibration& a, const Calibration& b) {
    CHECK(a.samples == b.samples);
    CHECK(a.input_maximum == b.input_maximum);
    REQUIRE(a.activations.size() == b.activations.size());
    for (std::size_t i = 0; i < a.activations.size(); ++i) {
        CHECK(a.activations[i].maximum == b.activations[i].maximum);
        CHECK(a.activations[i].zeros == b.activations[i].zeros);
        CHECK(a.activations[i].counts == b.activations[i].counts);
    }
}

/// A network whose only activation is the input itself, so that the samples say what is measured.
AnnGraph identity_network(Shape shape) {
    AnnBuilder b(shape);
    return b.finish(b.convolution(b.relu(0), {.channels = 1}));
}

}  // namespace

TEST_CASE("calibration: the order of samples, the split over threads and the instruction set do not matter") {
    for (const bool per_channel : {false, true}) {
        CAPTURE(per_channel);
        const AnnGraph graph = random_ann(21, true);
        std::vector<std::vector<float>> samples = random_samples(graph, 23, 21);
        const Calibrator calibrator(graph, {per_channel, 64});
        const Calibration expected = calibrator.measure(ListSource(samples));
        std::ranges::reverse(samples);
        std::rotate(samples.begin(), samples.begin() + 7, samples.end());
        const ListSource shuffled(samples);
        for (const int threads : {1, 3}) {
            std::atomic<std::int64_t> passed = 0;
            check_same(calibrator.measure(ListSource(samples), *make_thread_executor(threads),
                                          [&](std::int64_t n) { passed += n; }),
                       expected);
            CHECK(passed == 2 * std::ssize(samples));
        }
        check_same(calibrator.measure(shuffled), expected);

        ActivationMaxima maxima = calibrator.maxima(shuffled, {11, 23});
        maxima.merge(calibrator.maxima(shuffled, {0, 3}));
        maxima.merge(calibrator.maxima(shuffled, {3, 11}));
        Calibration split = calibrator.histograms(shuffled, {1, 23}, maxima);
        split.merge(calibrator.histograms(shuffled, {0, 1}, maxima));
        check_same(split, expected);

        for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
            hwy::SetSupportedTargetsForTest(target);
            hwy::GetChosenTarget().Update(hwy::SupportedTargets());
            check_same(calibrator.measure(shuffled), expected);
        }
        hwy::SetSupportedTargetsForTest(0);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    }
}

TEST_CASE("calibration: maxima are exact, per channel, and the input counts by magnitude") {
    const AnnGraph graph = identity_network({2, 1, 3});
    const Calibration found =
        Calibrator(graph).measure(ListSource({{0.1F, 0.7F, -5.0F, -1, -2, 0}, {0.3F, 0.2F, 0, -1, 0.25F, 0}}));
    REQUIRE(found.activations.size() == 1);
    CHECK(found.activations[0].maximum == std::vector<float>{0.7F, 0.25F});
    CHECK(found.activations[0].range == std::vector<float>{0.7F});
    CHECK(found.input_maximum == 5.0F);
    CHECK(found.samples == 2);
    CHECK(found.activations[0].zeros == std::vector<std::uint64_t>{7});
}

TEST_CASE("calibration: merged maxima are the larger ones, in either order") {
    const AnnGraph graph = identity_network({2, 1, 1});
    const ListSource source({{0.5F, 0.25F}, {-3.0F, 0.75F}});
    const Calibrator calibrator(graph);
    const ActivationMaxima first = calibrator.maxima(source, {0, 1}), second = calibrator.maxima(source, {1, 2});
    for (const bool swapped : {false, true}) {
        CAPTURE(swapped);
        ActivationMaxima merged = swapped ? second : first;
        merged.merge(swapped ? first : second);
        CHECK(merged.samples == 2);
        CHECK(merged.input == 3.0F);
        CHECK(merged.channel == std::vector<std::vector<float>>{{0.5F, 0.75F}});
    }
}

TEST_CASE("calibration: a percentile is within one bin of the sorted values, zeros counted or not") {
    const AnnGraph graph = identity_network({1, 10, 10});
    std::vector<std::vector<float>> samples = random_samples(graph, 20, 5);
    const Calibration found = Calibrator(graph, {false, 1000}).measure(ListSource(samples));
    std::vector<double> values;
    for (const std::vector<float>& sample : samples) {
        for (const float x : sample) values.push_back(std::max(0.0, static_cast<double>(x)));
    }
    std::ranges::sort(values);
    std::vector<double> positive;
    std::ranges::copy_if(values, std::back_inserter(positive), [](double v) { return v > 0.0; });
    const double bin = values.back() / 1000;
    for (const double fraction : {0.6, 0.9, 0.99, 0.999, 1.0}) {
        CAPTURE(fraction);
        const auto exact = [&](const std::vector<double>& sorted) {
            return sorted[static_cast<std::size_t>(fraction * static_cast<double>(sorted.size() - 1))];
        };
        CHECK(std::abs(found.activations[0].quantile(0, fraction, true) - exact(values)) <= 2 * bin);
        CHECK(std::abs(found.activations[0].quantile(0, fraction, false) - exact(positive)) <= 2 * bin);
    }
    CHECK(found.activations[0].quantile(0, 1.0, true) == doctest::Approx(values.back()).epsilon(1e-12));
    CHECK(found.activations[0].quantile(0, 0.3, true) == 0.0);
    CHECK(found.activations[0].quantile(0, 0.3, false) > 0.2);
}

TEST_CASE("calibration: values that are not finite name the node and the sample") {
    const AnnGraph graph = identity_network({1, 1, 2});
    const Calibrator calibrator(graph);
    CHECK_THROWS_WITH_AS(
        calibrator.measure(ListSource({{0, 1}, {1, std::numeric_limits<float>::quiet_NaN()}})),
        "node \"input\": a value is not finite for sample 1; check the network's weights and the preprocessing of the "
        "data",
        Error);
    CHECK_THROWS_AS(calibrator.measure(ListSource({{0, std::numeric_limits<float>::infinity()}})), Error);
    CHECK_THROWS_WITH_AS(calibrator.measure(ListSource({})),
                         "calibration needs at least one sample; the data set is empty", UsageError);
}

TEST_CASE("calibration: histograms that would fill the memory are refused before they are made") {
    AnnBuilder b({1, 1, 1});
    const AnnGraph graph = b.finish(b.convolution(b.relu(b.convolution(0, {.channels = 200})), {.channels = 1}));
    CHECK_THROWS_WITH_AS(Calibrator(graph, {true, 1 << 20}),
                         "calibration of 200 histograms of 1048576 bins takes more than 1 GiB; use fewer bins, or "
                         "thresholds per layer",
                         UsageError);
    CHECK_THROWS_WITH_AS(Calibrator(graph, {true, 15}), "calibration with 15 bins, must be between 16 and 2^20",
                         UsageError);
}
