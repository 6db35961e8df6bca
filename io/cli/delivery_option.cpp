#include "io/cli/delivery_option.hpp"

#include "core/delivery/delivery_kinds.hpp"

#include <CLI/CLI.hpp>

#include <vector>

namespace syncopate {

void add_delivery_option(CLI::App& command, std::string& delivery) {
    std::vector<std::string> names = {"auto"};
    for (const DeliveryKind& kind : delivery_kinds()) names.emplace_back(kind.name);
    command
        .add_option_function<std::string>(
            "--delivery", [&delivery](const std::string& name) { delivery = name == "auto" ? "" : name; },
            "Who delivers spikes wherever it can, which changes no result: auto (the cheapest), " + delivery_help())
        ->check(CLI::IsMember(names));
}

std::optional<std::string> unheeded_delivery(const std::string& asked,
                                             const std::map<std::string, std::int64_t>& used) {
    std::int64_t all = 0, others = 0;
    std::string names;
    for (const auto& [kind, count] : used) {
        all += count;
        if (kind == asked) continue;
        others += count;
        names += (names.empty() ? "" : ", ") + kind;
    }
    if (asked.empty() || others == 0) return std::nullopt;
    return "--delivery " + asked + " cannot deliver " + std::to_string(others) + " of " + std::to_string(all) +
           " projections; " + names + " does";
}

}  // namespace syncopate
