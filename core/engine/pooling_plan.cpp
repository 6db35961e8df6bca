#include "core/engine/pooling_plan.hpp"

#include "core/index.hpp"
#include "core/layout.hpp"

#include <algorithm>

namespace syncopate {

PoolAxis::PoolAxis(const Extents& extents) {
    std::vector<std::vector<std::int32_t>> seen_by(to_size(extents.input));
    first_input_.push_back(0);
    for (std::int32_t output = 0; output < extents.output; ++output) {
        const std::int32_t start = output * extents.stride - extents.pad;
        // A kernel may reach far beyond the frame, on both sides; only the taps within are walked.
        std::int32_t tap = start < 0 ? (-start + extents.dilation - 1) / extents.dilation : 0;
        for (; tap < extents.kernel && start + tap * extents.dilation < extents.input; ++tap) {
            inputs_.push_back(start + tap * extents.dilation);
            seen_by[to_size(inputs_.back())].push_back(output);
        }
        first_input_.push_back(inputs_.size());
    }
    begin_.push_back(0);
    for (const std::vector<std::int32_t>& outputs : seen_by) {
        seen_by_.insert(seen_by_.end(), outputs.begin(), outputs.end());
        begin_.push_back(seen_by_.size());
    }
}

std::span<const std::int32_t> PoolAxis::part(const std::vector<std::int32_t>& all,
                                             const std::vector<std::size_t>& begin, std::int32_t i) {
    return std::span(all).subspan(begin[to_size(i)], begin[to_size(i) + 1] - begin[to_size(i)]);
}

PoolingPlan plan_pooling(const PoolWindow& window, const Shape& output, std::span<const std::int32_t> band_rows) {
    PoolingPlan plan;
    plan.input = window.input(output);
    plan.rows = PoolAxis({plan.input.height, output.height, window.kernel_height, window.stride_height,
                          window.dilation_height, window.pad_top});
    plan.columns = PoolAxis({plan.input.width, output.width, window.kernel_width, window.stride_width,
                             window.dilation_width, window.pad_left});
    plan.first_sum.push_back(0);
    for (std::size_t band = 0; band + 1 < band_rows.size(); ++band) {
        std::int32_t first = plan.input.height, last = 0;
        for (std::int32_t y = band_rows[band]; y < band_rows[band + 1]; ++y) {
            const std::span<const std::int32_t> rows = plan.rows.inputs_of(y);
            first = std::min(first, rows.front());
            last = std::max(last, rows.back() + 1);
        }
        plan.first_input_row.push_back(first);
        plan.last_input_row.push_back(last);
        // Bands whose windows overlap keep the sums of a common row twice: then none waits for another.
        plan.first_sum.push_back(plan.first_sum.back() + to_size(last - first) * Layout(plan.input).row_size());
    }
    return plan;
}

}  // namespace syncopate
