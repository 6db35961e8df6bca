#include "topology/compiler/synapse_store.hpp"

#include <variant>
#include <vector>

namespace syncopate {

namespace {

/// FNV-1a of the weights. Equal hashes are followed by a comparison, so that no more depends on it than time.
std::uint64_t hash_of(const Synapses& synapses) {
    const std::vector<std::int32_t>& weights =
        std::visit([](const auto& s) -> const std::vector<std::int32_t>& { return s.weights; }, synapses);
    // Whole weights are taken instead of their bytes, for a quarter of the multiplications. Shapes and targets are left
    // out: weights are different nearly always where they are, and where not, the comparison tells.
    std::uint64_t hash = 14695981039346656037u;
    for (const std::int32_t weight : weights) hash = (hash ^ static_cast<std::uint32_t>(weight)) * 1099511628211u;
    return hash;
}

}  // namespace

std::shared_ptr<const Synapses> SynapseStore::shared(const std::shared_ptr<const Synapses>& synapses) {
    const std::uint64_t hash = hash_of(*synapses);
    const auto [begin, end] = known_.equal_range(hash);
    for (auto entry = begin; entry != end; ++entry) {
        // Weak pointers, so that the store does not keep the weights of networks that are gone; an entry whose synapses
        // are gone gives null here, and costs no more than its place in the table.
        const std::shared_ptr<const Synapses> known = entry->second.lock();
        if (known != nullptr && *known == *synapses) return known;
    }
    known_.emplace(hash, synapses);
    return synapses;
}

}  // namespace syncopate
