#include "core/spikes/signature.hpp"

namespace syncopate {

namespace {

std::uint64_t mix(std::uint64_t hash, std::int32_t value) {
    const auto bits = static_cast<std::uint32_t>(value);
    // FNV-1a over the bytes from low to high, whatever the byte order of the machine: signatures stand in the
    // repository and have to be the same everywhere.
    for (int shift = 0; shift < 32; shift += 8) hash = (hash ^ (bits >> shift & 255u)) * 1099511628211u;
    return hash;
}

}  // namespace

std::uint64_t signature(const SpikeTrain& train, std::uint64_t start) {
    std::uint64_t hash = start;
    for (std::size_t s = 0; s < train.times.size(); ++s) {
        hash = mix(hash, train.times[s]);
        hash = mix(hash, train.ids[s]);
        // A train without amplitudes means that all are 1, and gets the signature of one that says so.
        hash = mix(hash, train.amplitudes.empty() ? 1 : train.amplitudes[s]);
    }
    return hash;
}

}  // namespace syncopate
