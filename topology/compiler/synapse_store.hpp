#pragma once

#include "core/synapses.hpp"

#include <cstdint>
#include <map>
#include <memory>

namespace syncopate {

/// Synapses that several networks have in common: equal ones become one object, while somebody has them. Not for
/// several threads at a time.
class SynapseStore {
public:
    std::shared_ptr<const Synapses> shared(const std::shared_ptr<const Synapses>& synapses);

private:
    std::multimap<std::uint64_t, std::weak_ptr<const Synapses>> known_;  // by a hash of the weights
};

}  // namespace syncopate
