#include "core/delivery/scatter.hpp"

#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <random>
#include <vector>

using namespace syncopate;

TEST_CASE(
    "values of 64 bits times weights are summed without loss, whatever the instruction set and the length of a run") {
    std::mt19937_64 random(5);
    for (const auto target : hwy::SupportedAndGeneratedTargets()) {
        hwy::SetSupportedTargetsForTest(target);
        CAPTURE(hwy::TargetName(target));
        for (const std::int32_t channels : {1, 16, 17, 40, 64, 90, 130, 200}) {
            CAPTURE(channels);
            ConvolutionSynapses synapses;
            synapses.input = {3, 1, 4};
            synapses.output = {channels, 1, 4};
            synapses.weights.resize(synapses.filter_count());
            for (std::int32_t& w : synapses.weights) w = static_cast<std::int32_t>(random() % (1u << 21)) - (1 << 20);
            const ScatterPlan plan = plan_scatter(synapses, synapses.output);
            std::vector<Charge> values(12);
            // Values of few bits and of many beside each other.
            for (Charge& v : values) v = static_cast<Charge>(random() >> (24 + random() % 40)) - (Charge{1} << 20);
            const std::size_t row = 4 * static_cast<std::size_t>(channels);
            std::vector<Charge> sums(plan.margin_left + row + plan.margin_right + ScatterPlan::block, 0);
            const SumRow<Charge> target_row{sums.data() + plan.margin_left, plan.target_rows.front().weight_shift};
            scatter_values(plan, 0, values, {&target_row, 1});
            for (std::int32_t x = 0; x < 4; ++x) {
                for (std::int32_t o = 0; o < channels; ++o) {
                    Charge expected = 0;
                    for (std::int32_t c = 0; c < 3; ++c)
                        expected += values[static_cast<std::size_t>(x * 3 + c)] *
                                    synapses.weights[static_cast<std::size_t>(o * 3 + c)];
                    CHECK(sums[plan.margin_left + static_cast<std::size_t>(x * channels + o)] == expected);
                }
            }
        }
    }
    hwy::SetSupportedTargetsForTest(0);
}
