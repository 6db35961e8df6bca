#include "core/random/random.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wshadow"
#include <Random123/philox.h>
#pragma GCC diagnostic pop

namespace syncopate {

std::array<std::uint32_t, 4> draw_block(const DrawSite& site) {
    const r123::Philox4x32::ctr_type counter{
        {site.sample, site.population, site.neuron, site.tick | static_cast<std::uint32_t>(site.purpose) << 24}};
    const r123::Philox4x32::key_type key{
        {static_cast<std::uint32_t>(site.seed), static_cast<std::uint32_t>(site.seed >> 32)}};
    const r123::Philox4x32::ctr_type words = r123::Philox4x32{}(counter, key);
    return {words[0], words[1], words[2], words[3]};
}

std::uint32_t DrawStream::next() {
    if (used_ == block_.size()) {
        block_ = draw_block(site_);
        ++site_.tick;
        used_ = 0;
    }
    return block_[used_++];
}

std::uint32_t DrawStream::below(std::uint32_t count) {
    // Lemire's method: the high half of the product is the value, and it is fair unless the low half falls into the
    // part of the range that is left over when 2^32 is divided by count. The division is needed only in that rare case.
    std::uint64_t product = std::uint64_t{next()} * count;
    if (static_cast<std::uint32_t>(product) < count) {
        const std::uint32_t unfair = -count % count;
        while (static_cast<std::uint32_t>(product) < unfair) product = std::uint64_t{next()} * count;
    }
    return static_cast<std::uint32_t>(product >> 32);
}

}  // namespace syncopate
