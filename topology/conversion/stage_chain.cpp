#include "topology/conversion/stage_chain.hpp"

#include "core/index.hpp"

#include <algorithm>

namespace syncopate {

namespace {

bool changes_nothing(const Convolution&) { return false; }

bool changes_nothing(const AveragePool& pool) {
    // The output is stated, not derived, so that a window of 1×1 without padding may still leave rows or columns out.
    return pool.kernel == Extent{} && pool.stride == Extent{} && pool.pad == Extent{0, 0} &&
           pool.pad_end == Extent{0, 0} && pool.input == pool.output;
}

bool changes_nothing(const Gather& gather) {
    // Sizes are compared, not shapes: stages take their input as a flat array, so a reshape is the identity.
    if (gather.input.size() != gather.output.size()) return false;
    for (std::size_t i = 0; i < gather.source.size(); ++i) {
        if (gather.source[i] != static_cast<std::int32_t>(i)) return false;
    }
    return true;
}

bool changes_nothing(const Scale& scale) {
    return std::ranges::all_of(scale.factor, [](double factor) { return factor == 1.0; });
}

Gather merged(const Gather& first, const Gather& second) {
    Gather both{first.input, second.output, second.source};
    for (std::int32_t& source : both.source) source = source < 0 ? -1 : first.source[to_size(source)];
    return both;
}

Scale merged(const Scale& first, const Scale& second) {
    // A reshape that was dropped between the two may have changed what a channel is: runs of one factor then begin at
    // different elements in the two, and only a factor for each element can express the product. With one shape, the
    // longer list is as fine as both, because the numbers of factors (1, channels, elements) divide each other.
    const bool one_value = first.factor.size() == 1 && second.factor.size() == 1;
    const auto size = to_size(first.shape.size());
    std::size_t count = std::max(first.factor.size(), second.factor.size());
    if (!one_value && first.shape != second.shape) count = size;
    Scale both{second.shape, {}};
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t element = i * (size / count);
        both.factor.push_back(first.factor[element / (size / first.factor.size())] *
                              second.factor[element / (size / second.factor.size())]);
    }
    return both;
}

/// Merges `stage` into `last` if both are of a kind that can be.
bool merge_into(LinearStage& last, const LinearStage& stage) {
    if (const auto* gather = std::get_if<Gather>(&stage)) {
        if (const auto* before = std::get_if<Gather>(&last)) {
            last = merged(*before, *gather);
            return true;
        }
    }
    if (const auto* scale = std::get_if<Scale>(&stage)) {
        if (const auto* before = std::get_if<Scale>(&last)) {
            last = merged(*before, *scale);
            return true;
        }
    }
    return false;
}

}  // namespace

std::vector<LinearStage> simplified(std::vector<LinearStage> stages) {
    const auto is_idle = [](const LinearStage& stage) {
        return std::visit([](const auto& s) { return changes_nothing(s); }, stage);
    };
    // No two neighbours in `kept` can be merged. Where two have become the identity (a transpose and its inverse) and
    // are gone, the next stage meets what stood before them and is tried against that, so one pass is enough.
    std::vector<LinearStage> kept;
    for (LinearStage& stage : stages) {
        if (is_idle(stage)) continue;
        if (kept.empty() || !merge_into(kept.back(), stage)) {
            kept.push_back(std::move(stage));
        } else if (is_idle(kept.back())) {
            kept.pop_back();
        }
    }
    return kept;
}

bool is_zero_map(const std::vector<LinearStage>& stages) {
    // Gathers that follow each other are one by now, so a concatenation and the slice that takes nothing of this input
    // show here. Weights that happen to be 0 are not looked at: the answer depends on the structure alone.
    return std::ranges::any_of(stages, [](const LinearStage& stage) {
        const auto* gather = std::get_if<Gather>(&stage);
        return gather != nullptr && std::ranges::all_of(gather->source, [](std::int32_t source) { return source < 0; });
    });
}

}  // namespace syncopate
