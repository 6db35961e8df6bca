#include "core/delivery/delivery_store.hpp"
#include "tests/support/engine_comparison.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

using namespace syncopate;

TEST_SUITE("property") {
    TEST_CASE("whichever kind delivers, the engine repeats the reference on random networks of all sorts") {
        const auto serial = make_serial_executor();
        for (std::uint64_t seed = 0; seed < 150; ++seed) {
            CAPTURE(seed);
            const ComparisonCase c = make_case(seed % 3 == 0   ? random_window_network(seed)
                                               : seed % 3 == 1 ? random_linear_network(seed, seed % 2 == 0)
                                                               : random_network(seed),
                                               seed);
            for (const DeliveryKind& kind : delivery_kinds()) {
                CAPTURE(kind.name);
                REQUIRE(is_repeated(c, {.chunk = 6, .plan = {.band_bytes = 300, .delivery = kind.name}}, *serial));
            }
        }
    }

    TEST_CASE("a kind that is forced delivers wherever it can, and every kind does somewhere by itself") {
        std::map<std::string_view, int> by_itself;
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            CAPTURE(seed);
            const CompiledNetwork network = make_case(random_network(seed), seed).network;
            for (const std::string_view kind : Engine(network).deliveries()) ++by_itself[kind];
            const auto sparse = Engine(network, {.plan = {.delivery = "sparse"}}).deliveries();
            CHECK(std::ranges::all_of(sparse, [](std::string_view kind) { return kind == "sparse"; }));
        }
        for (const DeliveryKind& kind : delivery_kinds()) {
            CAPTURE(kind.name);
            CHECK(by_itself[kind.name] > 0);
        }
    }
}

TEST_CASE("scatter, one-to-one and sparse delivery are there, and only what can deliver has a cost") {
    std::vector<std::string_view> names;
    for (const DeliveryKind& kind : delivery_kinds()) names.push_back(kind.name);
    CHECK(names == std::vector<std::string_view>{"scatter", "one_to_one", "sparse"});
    const Synapses pairs = SparseSynapses{
        .input = {1, 1, 2}, .output = {1, 1, 2}, .begin = {0, 2, 3}, .targets = {0, 1, 1}, .weights = {1, 2, 3}};
    CHECK(choose_delivery(pairs, {1, 1, 2}, "one_to_one").name == "sparse");  // a source has two synapses
    CHECK(choose_delivery(pairs, {1, 1, 2}, "scatter").name == "sparse");     // it is no convolution
}

TEST_CASE("a store prepares the same synapses once for each kind and target, and forgets what nobody has any more") {
    SparseSynapses list{
        .input = {2, 1, 1}, .output = {2, 1, 1}, .begin = {0, 1, 2}, .targets = {1, 0}, .weights = {3, 4}};
    auto synapses = std::make_shared<const Synapses>(list);
    DeliveryStore store;
    const DeliveryKind& kind = choose_delivery(*synapses, {2, 1, 1});
    auto first = store.prepared(kind, synapses, {2, 1, 1});
    CHECK(store.prepared(kind, synapses, {2, 1, 1}) == first);
    CHECK(store.prepared(choose_delivery(*synapses, {2, 1, 1}, "sparse"), synapses, {2, 1, 1}) != first);
    CHECK(store.prepared(kind, std::make_shared<const Synapses>(list), {2, 1, 1}) != first);
    const std::weak_ptr<const Delivery> watched = first;
    first.reset();
    CHECK(watched.expired());
    CHECK(store.prepared(kind, synapses, {2, 1, 1}) != nullptr);
}
