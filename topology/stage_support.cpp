#include "topology/stage_support.hpp"

#include <numeric>

namespace syncopate {

namespace {

/// For every position along one axis, how many output positions see it.
std::vector<std::int64_t> reached(std::int32_t inputs, std::int32_t outputs, std::int32_t kernel, std::int32_t stride,
                                  std::int32_t dilation, std::int32_t pad) {
    std::vector<std::int64_t> count(static_cast<std::size_t>(inputs), 0);
    for (std::int32_t out = 0; out < outputs; ++out) {
        for (std::int32_t k = 0; k < kernel; ++k) {
            const std::int32_t position = out * stride - pad + k * dilation;
            if (position >= 0 && position < inputs) ++count[static_cast<std::size_t>(position)];
        }
    }
    return count;
}

}  // namespace

void invert(const Gather& gather, std::vector<std::size_t>& begin, std::vector<std::int32_t>& targets) {
    begin.assign(static_cast<std::size_t>(gather.input.size()) + 1, 0);
    for (const std::int32_t source : gather.source) {
        if (source >= 0) ++begin[static_cast<std::size_t>(source) + 1];
    }
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    targets.assign(begin.back(), 0);
    std::vector<std::size_t> next(begin.begin(), begin.end() - 1);
    for (std::size_t out = 0; out < gather.source.size(); ++out) {
        if (gather.source[out] >= 0)
            targets[next[static_cast<std::size_t>(gather.source[out])]++] = static_cast<std::int32_t>(out);
    }
}

StageSupport::StageSupport(const LinearStage& stage) : stage_(&stage) {
    if (const auto* gather = std::get_if<Gather>(&stage)) invert(*gather, begin_, targets_);
}

std::vector<std::int64_t> convolution_fan_out(const Convolution& conv) {
    const auto rows = reached(conv.input.height, conv.output.height, conv.kernel.height, conv.stride.height,
                              conv.dilation.height, conv.pad.height);
    const auto columns = reached(conv.input.width, conv.output.width, conv.kernel.width, conv.stride.width,
                                 conv.dilation.width, conv.pad.width);
    std::vector<std::int64_t> count;
    count.reserve(static_cast<std::size_t>(conv.input.size()));
    for (std::int32_t c = 0; c < conv.input.channels; ++c) {
        for (const std::int64_t row : rows) {
            for (const std::int64_t column : columns)
                count.push_back(row * column * (conv.output.channels / conv.groups));
        }
    }
    return count;
}

}  // namespace syncopate
