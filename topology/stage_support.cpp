#include "topology/stage_support.hpp"

#include "core/index.hpp"

#include <numeric>

namespace syncopate {

void invert(const Gather& gather, std::vector<std::size_t>& begin, std::vector<std::int32_t>& targets) {
    // A sort by counting: two passes and two arrays, where a list for every source would be an allocation for every
    // neuron of a layer. Counts are written one place further on, so that their running sum is where each source
    // begins.
    begin.assign(to_size(gather.input.size()) + 1, 0);
    for (const std::int32_t source : gather.source) {
        if (source >= 0) ++begin[to_size(source) + 1];
    }
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    targets.assign(begin.back(), 0);
    std::vector<std::size_t> next(begin.begin(), begin.end() - 1);
    // Outputs are taken in ascending order, so the targets of a source come out ascending, as for_each_output promises.
    for (std::size_t out = 0; out < gather.source.size(); ++out) {
        if (gather.source[out] >= 0) targets[next[to_size(gather.source[out])]++] = static_cast<std::int32_t>(out);
    }
}

StageSupport::StageSupport(const LinearStage& stage) : stage_(&stage) {
    if (const auto* gather = std::get_if<Gather>(&stage)) invert(*gather, begin_, targets_);
}

}  // namespace syncopate
