#pragma once

#include "core/spikes/recording.hpp"

#include <cstdint>

namespace syncopate {

/// Fingerprint of spikes: the same for the same (time, id, amplitude) in the same order, and, in practice, for no other
/// (FNV-1a, 64 bits). Continue a fingerprint by passing it as `start`.
std::uint64_t signature(const SpikeTrain& train, std::uint64_t start = 14695981039346656037u);

}  // namespace syncopate
