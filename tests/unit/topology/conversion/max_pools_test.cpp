#include "topology/conversion/max_pools.hpp"

#include "core/error.hpp"
#include "neurons/models/max_pool.hpp"
#include "tests/unit/topology/conversion/ann_builder.hpp"
#include "topology/activations.hpp"
#include "topology/conversion/convert.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace syncopate;
using test::AnnBuilder;

namespace {

std::vector<double> output_of(const AnnGraph& graph, std::uint64_t seed) {
    return test::evaluate(graph, test::random_input(graph, seed))[graph.output];
}

/// Names of the operators from the input to the output of a chain.
std::vector<std::string> chain(const AnnGraph& graph) {
    std::vector<std::string> names;
    for (std::size_t n = graph.output; n != 0; n = graph.nodes[n].inputs[0]) names.push_back(graph.nodes[n].name);
    std::ranges::reverse(names);
    return names;
}

void check_same_function(const AnnGraph& before, const AnnGraph& after) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const std::vector<double> expected = output_of(before, seed), found = output_of(after, seed);
        REQUIRE(found.size() == expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-12));
    }
}

/// conv → pool → norm → act → fc
AnnGraph pool_first(std::vector<double> factor) {
    AnnBuilder b({2, 6, 6});
    std::int32_t x = b.convolution(0, {.channels = 3, .kernel = 3});
    x = b.max_pool(x, 2, 2);
    b.rename(x, "pool");
    x = b.scale(x, std::move(factor), {0.1, -0.2, 0.3});
    b.rename(x, "norm");
    x = b.relu(x, {1.0});
    b.rename(x, "act");
    return b.finish(b.convolution(x, {.channels = 2}));
}

/// conv → act → norm → pool → fc; the norm has other readers too, if asked for.
AnnGraph norm_between(std::vector<double> factor, bool has_others) {
    AnnBuilder b({2, 6, 6});
    std::int32_t x = b.relu(b.convolution(0, {.channels = 3, .kernel = 3}), {1.0});
    b.rename(x, "act");
    const std::int32_t norm = b.scale(x, std::move(factor), {0.1, -0.2, 0.3});
    b.rename(norm, "norm");
    x = b.max_pool(norm, 2, 2);
    b.rename(x, "pool");
    x = b.convolution(x, {.channels = 2, .kernel = 2});
    if (has_others) x = b.add({x, b.convolution(norm, {.channels = 2, .kernel = 4})});
    return b.finish(x);
}

std::string refusal(const AnnGraph& graph, const MaxPoolChoices& choices = {}) {
    try {
        convert(arrange_max_pools(graph, choices).graph, {.max_pools = choices});
    } catch (const RefusedError& error) {
        return error.what();
    }
    return "taken";
}

MaxPoolChoices parsed(std::vector<std::string> texts) { return parse_max_pools(texts); }

}  // namespace

TEST_CASE("max pools: one before an activation goes behind it, past a normalisation, and nothing else changes") {
    const AnnGraph graph = pool_first({1.0, 2.0, 0.5});
    const ArrangedMaxPools arranged = arrange_max_pools(graph, {});
    CHECK(chain(arranged.graph) == std::vector<std::string>{"conv1", "norm", "act", "pool", "conv5"});
    CHECK(arranged.notes == std::vector<std::string>{"max pooling \"pool\" is taken behind \"act\": the maximum of "
                                                     "activations is the activation of the maximum"});
    check_same_function(graph, arranged.graph);
    const Conversion found = convert(arranged.graph, {});
    REQUIRE(found.pools.size() == 1);
    CHECK(found.pools[0].name == "pool");
    CHECK(found.pools[0].rule == "counts");
    CHECK(found.graph.populations[1].name == "act");
    CHECK(found.graph.populations[1].shape == Shape{3, 4, 4});
    CHECK(found.graph.populations[2].shape == Shape{3, 2, 2});
    check_same_function(graph, ann_of(found.graph));
}

TEST_CASE("max pools: one behind a normalisation of activations goes before it, whoever else reads that") {
    for (const bool has_others : {false, true}) {
        CAPTURE(has_others);
        const AnnGraph graph = norm_between({1.0, 2.0, 0.5}, has_others);
        const ArrangedMaxPools arranged = arrange_max_pools(graph, {});
        validate(arranged.graph);
        CHECK(arranged.notes.size() == 1);
        check_same_function(graph, arranged.graph);
        const Conversion found = convert(arranged.graph, {});
        CHECK(found.pools.size() == 1);
        check_same_function(graph, ann_of(found.graph));
    }
}

TEST_CASE("max pools: a factor that is not positive is in the way, and named") {
    CHECK(refusal(norm_between({1.0, -2.0, 0.5}, false))
              .find("the values of \"norm\", which multiplies channel 1 by -2 and "
                    "so makes the largest no longer the largest") != std::string::npos);
    CHECK(refusal(norm_between({1.0, 0.0, 0.5}, false)).find("channel 1 by 0") != std::string::npos);
    CHECK(refusal(pool_first({1.0, -2.0, 0.5}))
              .find("node \"pool\" (max pooling): it takes the maximum of the values of "
                    "\"conv1\"") != std::string::npos);
}

TEST_CASE("max pools: of concatenated and moved activations, and of maxima, they stay where they are") {
    AnnBuilder b({2, 8, 8});
    const std::int32_t left = b.relu(b.convolution(0, {.channels = 2, .kernel = 3}), {1.0});
    const std::int32_t right = b.relu(b.convolution(0, {.channels = 3, .kernel = 3}), {0.5});
    const std::int32_t first = b.max_pool(b.concat({left, right}), 2, 2);
    const std::int32_t second = b.max_pool(first, 2, 1);
    const AnnGraph graph = b.finish(b.convolution(b.flatten(second), {.channels = 4}));
    const ArrangedMaxPools arranged = arrange_max_pools(graph, {});
    CHECK(arranged.notes.empty());
    const Conversion found = convert(arranged.graph, {});
    CHECK(found.pools.size() == 2);
    CHECK(found.graph.projections.size() == 6);  // into each activation, two into the first maximum, one each beyond
    check_same_function(graph, ann_of(found.graph));
}

TEST_CASE("max pools: sums, the input and the output cannot be pooled as spikes") {
    AnnBuilder sum({2, 6, 6});
    const std::int32_t a = sum.relu(sum.convolution(0, {.channels = 3, .kernel = 3}), {1.0});
    const std::int32_t c = sum.relu(sum.convolution(0, {.channels = 3, .kernel = 3}), {1.0});
    const std::int32_t added = sum.add({a, c});
    sum.rename(added, "added");
    CHECK(refusal(sum.finish(sum.convolution(sum.max_pool(added, 2, 2), {.channels = 2})))
              .find("the maximum of the sum of \"added\"") != std::string::npos);
    AnnBuilder input({2, 6, 6});
    const std::int32_t first = input.max_pool(0, 2, 2);
    CHECK(refusal(input.finish(
                      input.convolution(input.relu(input.convolution(first, {.channels = 2}), {1.0}), {.channels = 2})))
              .find("the maximum of the analogue input") != std::string::npos);
    AnnBuilder end({2, 4, 4});
    const AnnGraph ends = end.finish(end.max_pool(end.relu(end.convolution(0, {.channels = 2}), {1.0}), 4, 1));
    CHECK(refusal(ends).find(
              "max pooling gives the network's output, but a read-out needs a linear layer before it; pool "
              "before the last linear layer") != std::string::npos);
}

TEST_CASE("max pools: with several readers, an activation that only one of them is does not decide") {
    AnnBuilder b({2, 6, 6});
    const std::int32_t pool = b.max_pool(b.convolution(0, {.channels = 3, .kernel = 3}), 2, 2);
    const std::int32_t act = b.relu(pool, {1.0});
    const AnnGraph graph = b.finish(b.add({b.convolution(act, {.channels = 2}), b.convolution(pool, {.channels = 2})}));
    CHECK(refusal(graph).find("it takes the maximum of the values of") != std::string::npos);
}

TEST_CASE("max pools: the choice of one layer goes before that of all, and average pooling is another network") {
    const AnnGraph graph = norm_between({1.0, 2.0, 0.5}, false);
    const MaxPoolChoices gate = parsed({"gate"});
    CHECK(convert(arrange_max_pools(graph, gate).graph, {.max_pools = gate}).pools[0].rule == "gate");
    const MaxPoolChoices mixed = parsed({"gate", "pool=counts"});
    CHECK(convert(arrange_max_pools(graph, mixed).graph, {.max_pools = mixed}).pools[0].rule == "counts");
    const ArrangedMaxPools averaged = arrange_max_pools(graph, parsed({"average"}));
    CHECK(convert(averaged.graph, {}).pools.empty());
    REQUIRE(averaged.warnings.size() == 1);
    CHECK(averaged.warnings[0].starts_with(
        "\"pool\": average pooling in the place of max pooling makes another network"));
    CHECK(averaged.notes == std::vector<std::string>{"max pooling replaced by average pooling: \"pool\""});
    AnnGraph dilated = graph;
    for (AnnNode& node : dilated.nodes) {
        if (auto* pool = std::get_if<AnnMaxPool>(&node.operation)) {
            pool->dilation = {2, 2};
            pool->stride = {1, 1};
        }
    }
    CHECK_THROWS_WITH_AS(arrange_max_pools(dilated, parsed({"average"})),
                         doctest::Contains("it is dilated, and average pooling is not; choose counts or gate"),
                         RefusedError);
}

TEST_CASE("max pools: what --max-pool cannot mean is refused with what it can") {
    CHECK_THROWS_WITH_AS(parsed({"max"}),
                         doctest::Contains("--max-pool max: \"max\" is no rule; there are counts, gate "
                                           "and average"),
                         UsageError);
    CHECK_THROWS_WITH_AS(parsed({"pool="}), doctest::Contains("--max-pool pool=: \"\" is no rule"), UsageError);
    CHECK_THROWS_WITH_AS(parsed({"gate", "counts"}), "--max-pool: both gate and counts for all layers", UsageError);
    CHECK_THROWS_WITH_AS(parsed({"p=gate", "p=gate"}), "--max-pool p=gate: the layer is named twice", UsageError);
    const AnnGraph graph = norm_between({1.0, 2.0, 0.5}, false);
    CHECK_THROWS_WITH_AS(arrange_max_pools(graph, parsed({"poll=gate"})),
                         "--max-pool poll=gate: no layer of max pooling has this name; did you mean pool?", UsageError);
    CHECK_THROWS_WITH_AS(arrange_max_pools(graph, parsed({"features.17=gate"})),
                         "--max-pool features.17=gate: no layer of max pooling has this name; there are pool",
                         UsageError);
    AnnBuilder none({1, 2, 2});
    const AnnGraph without = none.finish(none.convolution(none.relu(none.convolution(0, {}), {1.0}), {}));
    CHECK_THROWS_WITH_AS(arrange_max_pools(without, parsed({"pool=gate"})),
                         "--max-pool pool=gate: the network has no max pooling", UsageError);
}
