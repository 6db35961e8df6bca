#include "neurons/count_permutation.hpp"

#include "core/index.hpp"
#include "core/random/draw_blocks.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace syncopate {

namespace {

/// The draws of a row's neurons: those that need many come first, so that block b of all that need it is a prefix.
class RowDraws {
public:
    RowDraws(const RelayDraws& relay, std::span<const std::int32_t> counts, const RowSite& site) {
        std::vector<std::size_t> needing;  // [b]: neurons that need block b
        for (const std::int32_t count : counts) {
            if (!is_drawn(count, site)) continue;
            // A block of the generator has four words, and a spike takes one draw.
            const std::size_t blocks = (to_size(count) + 3) / 4;
            if (needing.size() < blocks) needing.resize(blocks, 0);
            for (std::size_t b = 0; b < blocks; ++b) ++needing[b];
        }
        if (needing.empty()) return;
        // Neurons that need b + 1 blocks are ranked behind all that need more.
        std::vector<std::size_t> next(needing.begin() + 1, needing.end());
        // Ranks by falling need are a counting sort: one pass to count, one to place. Then the neurons that need block
        // b are the first ones, and the vectorised generator takes them without a gap.
        next.push_back(0);
        rank_.resize(counts.size());
        std::vector<std::uint32_t> neurons(needing.front());
        for (std::size_t i = 0; i < counts.size(); ++i) {
            if (!is_drawn(counts[i], site)) continue;
            const std::size_t rank = next[(to_size(counts[i]) + 3) / 4 - 1]++;
            rank_[i] = static_cast<std::uint32_t>(rank);
            neurons[rank] = site.neuron(i);
        }
        DrawSite draws = relay.site(site, 0);
        words_.resize(4 * std::accumulate(needing.begin(), needing.end(), std::size_t{0}));
        for (const std::size_t count : needing) {
            const std::size_t begin = blocks_.empty() ? 0 : blocks_.back().begin + 4 * blocks_.back().count;
            blocks_.push_back({begin, count});
            draw_blocks(draws, std::span(neurons).first(count), std::span(words_).subspan(begin, 4 * count));
            ++draws.tick;
        }
    }

    static bool is_drawn(std::int32_t count, const RowSite& site) { return count > 0 && count < site.duration; }

    /// Word n of the stream of the neuron at a position. Requires: n is below its count.
    std::uint32_t word(std::size_t position, std::size_t n) const {
        const Block& block = blocks_[n / 4];
        return words_[block.begin + n % 4 * block.count + rank_[position]];
    }

private:
    struct Block {
        std::size_t begin = 0;  // in words_
        std::size_t count = 0;  // neurons
    };
    std::vector<std::uint32_t> rank_;  // of every position that is drawn
    std::vector<Block> blocks_;
    std::vector<std::uint32_t> words_;
};

/// Draws `count` ticks by a shuffle from its end. `below(n, left)` gives a uniform number below `left`, or `left` to
/// give up. Returns whether it did not.
template <class Below>
bool draw_ticks(std::vector<Tick>& shuffled, std::int32_t count, RowTrains& trains, const Below& below) {
    std::iota(shuffled.begin(), shuffled.end(), 0);
    auto left = static_cast<std::uint32_t>(shuffled.size());
    const std::size_t first = trains.ticks.size();
    for (std::int32_t n = 0; n < count; ++n, --left) {
        const std::uint32_t chosen = below(to_size(n), left);
        // Half a shuffle is of no use to whoever begins again with the exact stream, so what it has put into the train
        // is taken back.
        if (chosen == left) {
            trains.ticks.resize(first);
            return false;
        }
        std::swap(shuffled[left - 1], shuffled[chosen]);
        trains.ticks.push_back(shuffled[left - 1]);
    }
    return true;
}

}  // namespace

void permute_from_counts(const RelayDraws& draws, std::span<const std::int32_t> counts, const RowSite& site,
                         RowTrains& trains) {
    const RowDraws words(draws, counts, site);
    std::vector<Tick> shuffled(to_size(site.duration));
    trains.clear();
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (!RowDraws::is_drawn(counts[i], site)) {
            // Without spikes, or with one at every tick, all permutations look alike; no draw is made, as in the rule
            // that permutes given trains.
            for (Tick tick = 0; tick < counts[i]; ++tick) trains.ticks.push_back(tick);
        } else {
            // As DrawStream::below; the rare draw that it might refuse is left to it, with all that follow.
            const bool is_fair = draw_ticks(shuffled, counts[i], trains, [&](std::size_t n, std::uint32_t left) {
                const std::uint64_t product = std::uint64_t{words.word(i, n)} * left;
                return static_cast<std::uint32_t>(product) < left ? left : static_cast<std::uint32_t>(product >> 32);
            });
            DrawStream stream = draws.stream(site, site.neuron(i));
            if (!is_fair)
                draw_ticks(shuffled, counts[i], trains,
                           [&](std::size_t, std::uint32_t left) { return stream.below(left); });
        }
        trains.close_position();
    }
}

}  // namespace syncopate
