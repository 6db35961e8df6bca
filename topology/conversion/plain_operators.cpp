#include "core/assert.hpp"
#include "core/index.hpp"
#include "topology/conversion/float_operator.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace syncopate {

namespace {

std::size_t size_of(const Shape& shape) { return to_size(shape.size()); }

std::vector<float> to_float(const std::vector<double>& values) {
    std::vector<float> rounded;
    for (const double v : values) rounded.push_back(static_cast<float>(v));
    return rounded;
}

/// y = min(max(x, 0), cap).
class ReluOperator final : public FloatOperator {
public:
    ReluOperator(const AnnRelu& relu, const Shape& shape) : cap_(to_float(relu.cap)), size_(size_of(shape)) {}

    void run(const FloatOperands& operands) const override {
        const std::size_t run_length = size_ / cap_.size();
        const float* in = operands.inputs[0];
        float* out = operands.output;
        for (std::size_t r = 0; r < operands.samples * cap_.size(); ++r, in += run_length, out += run_length) {
            const float cap = cap_[r % cap_.size()];
            for (std::size_t i = 0; i < run_length; ++i) {
                // Both comparisons are false for NaN and hand it on. std::max(0, x) would give 0 for it and hide a
                // broken network from calibration, which looks at what activations give.
                const float positive = in[i] < 0.0F ? 0.0F : in[i];
                out[i] = positive > cap ? cap : positive;
            }
        }
    }
    bool runs_in_place() const override { return true; }

private:
    std::vector<float> cap_;
    std::size_t size_;
};

/// y = θ/L · clip(floor(x·L/θ + shift), 0, L), in double: the step is where its definition says.
class StepOperator final : public FloatOperator {
public:
    StepOperator(const AnnStep& step, const Shape& shape) : step_(step), size_(size_of(shape)) {}

    void run(const FloatOperands& operands) const override {
        const std::size_t run_length = size_ / step_.threshold.size();
        const float* in = operands.inputs[0];
        float* out = operands.output;
        const auto levels = static_cast<double>(step_.levels);
        for (std::size_t r = 0; r < operands.samples * step_.threshold.size(); ++r) {
            const double threshold = step_.threshold[r % step_.threshold.size()];
            const double height = threshold / levels;
            for (std::size_t i = 0; i < run_length; ++i) out[i] = value(in[i], levels / threshold, levels, height);
            in += run_length;
            out += run_length;
        }
    }
    bool runs_in_place() const override { return true; }

private:
    /// Clipped before it is floored, which is the same and lets an integer conversion do it; NaN stays NaN.
    float value(float x, double per_step, double levels, double height) const {
        const double place = static_cast<double>(x) * per_step + step_.shift;
        const double clipped = std::min(std::max(0.0, place), levels);  // 0 of NaN, which no integer can be
        const float y = static_cast<float>(height * static_cast<double>(static_cast<std::int32_t>(clipped)));
        return x == x ? y : x;
    }

    AnnStep step_;
    std::size_t size_;
};

class AveragePoolOperator final : public FloatOperator {
public:
    explicit AveragePoolOperator(const AveragePool& pool) : pool_(pool) {
        for (std::int32_t y = 0; y < pool.output.height; ++y) {
            for (std::int32_t x = 0; x < pool.output.width; ++x)
                divisors_.push_back(static_cast<float>(divisor(pool, y, x)));
        }
    }

    void run(const FloatOperands& operands) const override {
        const auto planes = operands.samples * to_size(pool_.input.channels);
        const auto in_area = to_size(pool_.input.area());
        for (std::size_t p = 0; p < planes; ++p)
            pool_plane(operands.inputs[0] + p * in_area, operands.output + p * divisors_.size());
    }

private:
    void pool_plane(const float* in, float* out) const {
        std::size_t i = 0;
        for (std::int32_t y = 0; y < pool_.output.height; ++y) {
            const std::int32_t top = y * pool_.stride.height - pool_.pad.height;
            const std::int32_t bottom = std::min(top + pool_.kernel.height, pool_.input.height);
            for (std::int32_t x = 0; x < pool_.output.width; ++x, ++i) {
                const std::int32_t left = x * pool_.stride.width - pool_.pad.width;
                const std::int32_t right = std::min(left + pool_.kernel.width, pool_.input.width);
                float sum = 0.0F;
                for (std::int32_t row = std::max(top, 0); row < bottom; ++row) {
                    const float* line = in + std::ptrdiff_t{row} * pool_.input.width;
                    for (std::int32_t column = std::max(left, 0); column < right; ++column) sum += line[column];
                }
                // Divided, because the reciprocal of most divisors is no float: multiplying would round twice.
                out[i] = sum / divisors_[i];
            }
        }
    }

    AveragePool pool_;
    std::vector<float> divisors_;  // of every output position
};

class MaxPoolOperator final : public FloatOperator {
public:
    MaxPoolOperator(const AnnMaxPool& pool, const Shape& input, const Shape& output)
        : pool_(pool), input_(input), output_(output) {}

    void run(const FloatOperands& operands) const override {
        const auto planes = operands.samples * to_size(input_.channels);
        for (std::size_t p = 0; p < planes; ++p) {
            const float* in = operands.inputs[0] + p * to_size(input_.area());
            float* out = operands.output + p * to_size(output_.area());
            for (std::int32_t y = 0; y < output_.height; ++y) {
                for (std::int32_t x = 0; x < output_.width; ++x) *out++ = largest(in, y, x);
            }
        }
    }

private:
    float largest(const float* in, std::int32_t y, std::int32_t x) const {
        float best = -std::numeric_limits<float>::infinity();
        for (std::int32_t ky = 0; ky < pool_.kernel.height; ++ky) {
            const std::int32_t row = y * pool_.stride.height - pool_.pad.height + ky * pool_.dilation.height;
            if (row < 0 || row >= input_.height) continue;
            for (std::int32_t kx = 0; kx < pool_.kernel.width; ++kx) {
                const std::int32_t column = x * pool_.stride.width - pool_.pad.width + kx * pool_.dilation.width;
                if (column < 0 || column >= input_.width) continue;
                const float v = in[std::ptrdiff_t{row} * input_.width + column];
                if (v > best || v != v) best = v;  // NaN stays, as in PyTorch
            }
        }
        return best;
    }

    AnnMaxPool pool_;
    Shape input_;
    Shape output_;
};

class GatherOperator final : public FloatOperator {
public:
    /// The gather must outlive the operator.
    explicit GatherOperator(const Gather& gather) : gather_(gather) {}

    void run(const FloatOperands& operands) const override {
        const float* in = operands.inputs[0];
        float* out = operands.output;
        for (std::size_t s = 0; s < operands.samples; ++s) {
            for (const std::int32_t source : gather_.source) *out++ = source < 0 ? 0.0F : in[source];
            in += size_of(gather_.input);
        }
    }

private:
    const Gather& gather_;
};

/// A gather that moves nothing, such as a flattening.
class CopyOperator final : public FloatOperator {
public:
    explicit CopyOperator(const Shape& shape) : size_(size_of(shape)) {}

    void run(const FloatOperands& operands) const override {
        // In place there is nothing to do, and memcpy may not be given memory that overlaps.
        if (operands.output == operands.inputs[0]) return;
        std::memcpy(operands.output, operands.inputs[0], operands.samples * size_ * sizeof(float));
    }
    bool runs_in_place() const override { return true; }

private:
    std::size_t size_;
};

class ScaleOperator final : public FloatOperator {
public:
    explicit ScaleOperator(const Scale& scale) : factor_(to_float(scale.factor)), size_(size_of(scale.shape)) {}

    void run(const FloatOperands& operands) const override {
        const std::size_t run_length = size_ / factor_.size();
        const float* in = operands.inputs[0];
        float* out = operands.output;
        for (std::size_t r = 0; r < operands.samples * factor_.size(); ++r, in += run_length, out += run_length) {
            const float factor = factor_[r % factor_.size()];
            for (std::size_t i = 0; i < run_length; ++i) out[i] = in[i] * factor;
        }
    }
    bool runs_in_place() const override { return true; }

private:
    std::vector<float> factor_;
    std::size_t size_;
};

class AddOperator final : public FloatOperator {
public:
    explicit AddOperator(const Shape& shape) : size_(size_of(shape)) {}

    void run(const FloatOperands& operands) const override {
        for (std::size_t i = 0; i < operands.samples * size_; ++i) {
            // All inputs are read at i before the output is written there, so that the output may be the memory of any
            // of them. The order of the inputs is that of the sum, for the same bits everywhere.
            float sum = operands.inputs[0][i];
            for (std::size_t k = 1; k < operands.inputs.size(); ++k) sum += operands.inputs[k][i];
            operands.output[i] = sum;
        }
    }
    bool runs_in_place() const override { return true; }

private:
    std::size_t size_;
};

class ConcatOperator final : public FloatOperator {
public:
    ConcatOperator(const AnnGraph& graph, const AnnNode& node) {
        for (const NodeIndex input : node.inputs) sizes_.push_back(size_of(graph.nodes[input].shape));
    }

    void run(const FloatOperands& operands) const override {
        float* out = operands.output;
        for (std::size_t s = 0; s < operands.samples; ++s) {
            for (std::size_t k = 0; k < sizes_.size(); ++k) {
                std::memcpy(out, operands.inputs[k] + s * sizes_[k], sizes_[k] * sizeof(float));
                out += sizes_[k];
            }
        }
    }

private:
    std::vector<std::size_t> sizes_;
};

class SoftmaxOperator final : public FloatOperator {
public:
    SoftmaxOperator(const AnnSoftmax& softmax, const Shape& shape) : softmax_(softmax), size_(size_of(shape)) {}

    void run(const FloatOperands& operands) const override {
        for (std::size_t s = 0; s < operands.samples; ++s) {
            const std::span<const float> in(operands.inputs[0] + s * size_, size_);
            float* out = operands.output + s * size_;
            if (softmax_.is_sigmoid) {
                for (std::size_t i = 0; i < size_; ++i)
                    out[i] = static_cast<float>(sigmoid(static_cast<double>(in[i])));
                continue;
            }
            // Without the largest logit taken off, exp would be infinite beyond 709. Both passes over the input that
            // need all of it are through before the first output is written, which may lie in the same memory.
            const double largest = static_cast<double>(*std::ranges::max_element(in));
            double sum = 0.0;
            for (const float x : in) sum += std::exp(static_cast<double>(x) - largest);
            for (std::size_t i = 0; i < size_; ++i) {
                const double logit = static_cast<double>(in[i]) - largest;
                out[i] = static_cast<float>(softmax_.logarithm ? logit - std::log(sum) : std::exp(logit) / sum);
            }
        }
    }
    bool runs_in_place() const override { return true; }

private:
    double sigmoid(double x) const {
        // The plain formula gives 0 for x below −709, where exp(−x) overflows. That is the sigmoid rounded to a float,
        // but its logarithm would be minus infinity; the other formula keeps its digits for any x.
        return softmax_.logarithm ? std::min(x, 0.0) - std::log1p(std::exp(-std::abs(x))) : 1.0 / (1.0 + std::exp(-x));
    }

    AnnSoftmax softmax_;
    std::size_t size_;
};

bool moves_nothing(const Gather& gather) {
    if (gather.input.size() != gather.output.size()) return false;
    for (std::size_t i = 0; i < gather.source.size(); ++i) {
        if (gather.source[i] != static_cast<std::int32_t>(i)) return false;
    }
    return true;
}

std::unique_ptr<FloatOperator> make_stage_operator(const LinearStage& stage) {
    if (const auto* pool = std::get_if<AveragePool>(&stage)) return std::make_unique<AveragePoolOperator>(*pool);
    if (const auto* scale = std::get_if<Scale>(&stage)) return std::make_unique<ScaleOperator>(*scale);
    const auto* gather = std::get_if<Gather>(&stage);
    SYNCOPATE_ASSERT(gather != nullptr);
    if (moves_nothing(*gather)) return std::make_unique<CopyOperator>(gather->output);
    return std::make_unique<GatherOperator>(*gather);
}

}  // namespace

std::unique_ptr<FloatOperator> make_plain_operator(const AnnGraph& graph, const AnnNode& node) {
    const AnnOperator& operation = node.operation;
    if (const auto* linear = std::get_if<AnnLinear>(&operation)) return make_stage_operator(linear->stage);
    if (const auto* relu = std::get_if<AnnRelu>(&operation)) return std::make_unique<ReluOperator>(*relu, node.shape);
    if (const auto* step = std::get_if<AnnStep>(&operation)) return std::make_unique<StepOperator>(*step, node.shape);
    if (std::holds_alternative<AnnAdd>(operation)) return std::make_unique<AddOperator>(node.shape);
    if (std::holds_alternative<AnnConcat>(operation)) return std::make_unique<ConcatOperator>(graph, node);
    if (const auto* softmax = std::get_if<AnnSoftmax>(&operation)) {
        return std::make_unique<SoftmaxOperator>(*softmax, node.shape);
    }
    const auto* pool = std::get_if<AnnMaxPool>(&operation);
    SYNCOPATE_ASSERT(pool != nullptr);
    const Shape& input = graph.nodes[node.inputs[0]].shape;
    return std::make_unique<MaxPoolOperator>(*pool, input, node.shape);
}

}  // namespace syncopate
