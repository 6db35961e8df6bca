#pragma once

#include <optional>
#include <string_view>

namespace syncopate {

/// How many threads a command takes unless --threads says: as many as the processors that this process may use, by its
/// affinity and by the quota of its control group; at least 1.
int usable_threads();

/// The whole processors of a quota as Linux writes it, rounded up: "150000 100000" (cgroup v2's cpu.max) are 2. None
/// for "max …" or what is no quota.
std::optional<int> processors_of_quota(std::string_view text);

}  // namespace syncopate
