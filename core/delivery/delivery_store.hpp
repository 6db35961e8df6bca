#pragma once

#include "core/delivery/delivery_kinds.hpp"

#include <map>
#include <memory>
#include <string_view>
#include <tuple>

namespace syncopate {

/// Deliveries that several networks have in common: whoever has the same synapses and the same target shape, and wants
/// the same kind, gets the same one. Synapses are the same if they are one object (CompiledProjection::synapses).
/// Not for several threads at a time.
class DeliveryStore {
public:
    std::shared_ptr<const Delivery> prepared(const DeliveryKind& kind, const std::shared_ptr<const Synapses>& synapses,
                                             const Shape& target);

private:
    struct Entry {
        std::weak_ptr<const Synapses> synapses;  // while it lives, its address is nobody else's
        std::weak_ptr<const Delivery> delivery;
    };
    using Key = std::tuple<const Synapses*, std::string_view, std::int32_t, std::int32_t, std::int32_t>;
    std::map<Key, Entry> entries_;
};

}  // namespace syncopate
