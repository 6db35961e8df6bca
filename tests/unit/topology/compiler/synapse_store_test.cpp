#include "topology/compiler/synapse_store.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

namespace {

std::shared_ptr<const Synapses> some(std::int32_t target, std::int32_t weight) {
    return std::make_shared<const Synapses>(SparseSynapses{
        .input = {1, 1, 1}, .output = {2, 1, 1}, .begin = {0, 1}, .targets = {target}, .weights = {weight}});
}

}  // namespace

TEST_CASE("equal synapses become one object, others do not, whether or not their weights are alike") {
    SynapseStore store;
    const auto first = store.shared(some(0, 5));
    CHECK(store.shared(some(0, 5)) == first);
    CHECK(store.shared(some(1, 5)) != first);
    CHECK(store.shared(some(0, 6)) != first);
}

TEST_CASE("a store keeps nothing alive") {
    SynapseStore store;
    std::weak_ptr<const Synapses> watched;
    watched = store.shared(some(0, 5));
    CHECK(watched.expired());
    CHECK(store.shared(some(0, 5)) != nullptr);
}
