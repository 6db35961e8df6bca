#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/random/draw_blocks.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/assert.hpp"
#include "core/random/draw_blocks.hpp"

#include <cstddef>

HWY_BEFORE_NAMESPACE();
namespace syncopate::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using U64 = hn::ScalableTag<std::uint64_t>;
using Words = hn::Vec<U64>;

constexpr std::size_t rounds = 10;

/// The 64-bit product of the low halves of every lane.
HWY_INLINE Words product_of(Words a, Words b) {
#if HWY_TARGET == HWY_SCALAR
    const U64 d;
    const auto low = hn::Set(d, 0xffffffffu);
    return hn::Mul(hn::And(a, low), hn::And(b, low));
#else
    const hn::Repartition<std::uint32_t, U64> d32;
    return hn::MulEven(hn::BitCast(d32, a), hn::BitCast(d32, b));
#endif
}

/// Philox 4×32-10 (Salmon et al. 2011), one neuron a lane: the counter is (sample, population, neuron, tick and
/// purpose), the key the seed. Returns how many neurons fill whole vectors.
std::size_t fill_whole_vectors(const DrawSite& site, std::span<const std::uint32_t> neurons,
                               std::span<std::uint32_t> words) {
    const U64 d;
    const hn::Rebind<std::uint32_t, U64> d32;
    const auto first_factor = hn::Set(d, 0xD2511F53u);
    const auto second_factor = hn::Set(d, 0xCD9E8D57u);
    // Keys depend on the seed alone. Computed once for all neurons they leave the loop with two multiplications a
    // round.
    HWY_ALIGN std::uint64_t keys[2 * rounds * HWY_MAX_BYTES / 8];  // of every round, in every lane
    for (std::size_t round = 0; round < rounds; ++round) {
        const auto low_key = static_cast<std::uint32_t>(site.seed) + static_cast<std::uint32_t>(round) * 0x9E3779B9u;
        const auto high_key =
            static_cast<std::uint32_t>(site.seed >> 32) + static_cast<std::uint32_t>(round) * 0xBB67AE85u;
        hn::Store(hn::Set(d, low_key), d, keys + 2 * round * hn::Lanes(d));
        hn::Store(hn::Set(d, high_key), d, keys + (2 * round + 1) * hn::Lanes(d));
    }
    const std::size_t count = neurons.size();
    std::size_t i = 0;
    for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
        // Only the low halves of lanes mean anything; multiplication looks at no more.
        auto x0 = hn::Set(d, site.sample);
        auto x1 = hn::Set(d, site.population);
        auto x2 = hn::PromoteTo(d, hn::LoadU(d32, neurons.data() + i));
        auto x3 = hn::Set(d, site.tick | static_cast<std::uint32_t>(site.purpose) << 24);
        for (std::size_t round = 0; round < rounds; ++round) {
            const auto product0 = product_of(x0, first_factor);
            const auto product1 = product_of(x2, second_factor);
            const std::uint64_t* const key = keys + 2 * round * hn::Lanes(d);
            x0 = hn::Xor(hn::Xor(hn::ShiftRight<32>(product1), x1), hn::Load(d, key));
            x2 = hn::Xor(hn::Xor(hn::ShiftRight<32>(product0), x3), hn::Load(d, key + hn::Lanes(d)));
            x1 = product1;
            x3 = product0;
        }
        hn::StoreU(hn::TruncateTo(d32, x0), d32, words.data() + i);
        hn::StoreU(hn::TruncateTo(d32, x1), d32, words.data() + count + i);
        hn::StoreU(hn::TruncateTo(d32, x2), d32, words.data() + 2 * count + i);
        hn::StoreU(hn::TruncateTo(d32, x3), d32, words.data() + 3 * count + i);
    }
    // What does not fill a vector is left to the scalar generator, which gives the same words: a draw depends on where
    // it is made, not on how.
    return i;
}

}  // namespace syncopate::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace syncopate {

HWY_EXPORT(fill_whole_vectors);

void draw_blocks(const DrawSite& site, std::span<const std::uint32_t> neurons, std::span<std::uint32_t> words) {
    SYNCOPATE_ASSERT(words.size() == 4 * neurons.size());
    DrawSite own = site;
    for (std::size_t i = HWY_DYNAMIC_DISPATCH(fill_whole_vectors)(site, neurons, words); i < neurons.size(); ++i) {
        own.neuron = neurons[i];
        const std::array<std::uint32_t, 4> block = draw_block(own);
        for (std::size_t w = 0; w < 4; ++w) words[w * neurons.size() + i] = block[w];
    }
}

}  // namespace syncopate
#endif
