#pragma once

#include "core/delivery/delivery.hpp"
#include "core/shape.hpp"
#include "core/synapses.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace syncopate {

/// A way to deliver: what it takes, what that costs, how it is laid out. Each is a file in core/delivery/ and a line of
/// the table in delivery_kinds.cpp.
struct DeliveryKind {
    std::string_view name;  // of --delivery
    std::string_view sentence;
    /// Sums that a spike makes it read and write, in the mean, counting a cache line as one; nothing if it cannot
    /// deliver such synapses.
    std::optional<double> (*cost)(const Synapses& synapses, const Shape& target);
    /// Requires: it has a cost.
    std::unique_ptr<const Delivery> (*prepare)(const Synapses& synapses, const Shape& target);
};

/// In the order of the table: of kinds that cost the same, the first is chosen.
std::span<const DeliveryKind> delivery_kinds();

/// The kind called `forced`, if it can deliver the synapses; else, and if `forced` is empty, the cheapest.
const DeliveryKind& choose_delivery(const Synapses& synapses, const Shape& target, std::string_view forced = {});

/// One line for --help: every kind.
std::string delivery_help();

}  // namespace syncopate
