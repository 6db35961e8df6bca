#include "core/delivery/delivery_kinds.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <array>

namespace syncopate {

// The kinds: a line here, and a file in core/delivery/ that defines NAME_delivery().
#define SYNCOPATE_DELIVERIES(DELIVERY)                                                                                 \
    DELIVERY(scatter)                                                                                                  \
    DELIVERY(one_to_one)                                                                                               \
    DELIVERY(sparse)

#define SYNCOPATE_DECLARE_DELIVERY(name) DeliveryKind name##_delivery();
SYNCOPATE_DELIVERIES(SYNCOPATE_DECLARE_DELIVERY)

std::span<const DeliveryKind> delivery_kinds() {
#define SYNCOPATE_DELIVERY_ENTRY(name) name##_delivery(),
    static const std::array table = {SYNCOPATE_DELIVERIES(SYNCOPATE_DELIVERY_ENTRY)};
    return table;
}

const DeliveryKind& choose_delivery(const Synapses& synapses, const Shape& target, std::string_view forced) {
    const DeliveryKind* best = nullptr;
    double least = 0.0;
    for (const DeliveryKind& kind : delivery_kinds()) {
        const std::optional<double> cost = kind.cost(synapses, target);
        if (!cost) continue;
        // A kind that is forced but cannot deliver these synapses is passed over: --delivery is said of a whole
        // network, in which some projections may suit it and others not.
        if (kind.name == forced) return kind;
        if (best == nullptr || *cost < least) {
            best = &kind;
            least = *cost;
        }
    }
    SYNCOPATE_ASSERT(best != nullptr);  // sparse takes everything
    return *best;
}

std::string delivery_help() {
    std::string text;
    for (const DeliveryKind& kind : delivery_kinds())
        text += (text.empty() ? "" : ", ") + std::string(kind.name) + " (" + std::string(kind.sentence) + ")";
    return text;
}

}  // namespace syncopate
