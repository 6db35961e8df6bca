#include "core/delivery/delivery_store.hpp"

namespace syncopate {

std::shared_ptr<const Delivery> DeliveryStore::prepared(const DeliveryKind& kind,
                                                        const std::shared_ptr<const Synapses>& synapses,
                                                        const Shape& target) {
    Entry& entry = entries_[Key{synapses.get(), kind.name, target.channels, target.height, target.width}];
    // Both are held weakly, so the store keeps nothing alive that no arm uses. The synapses are compared because the
    // address in the key may have been given to others since those it was made for are gone.
    std::shared_ptr<const Delivery> delivery = entry.synapses.lock() == synapses ? entry.delivery.lock() : nullptr;
    if (delivery != nullptr) return delivery;
    delivery = kind.prepare(*synapses, target);
    entry = {synapses, delivery};
    return delivery;
}

}  // namespace syncopate
