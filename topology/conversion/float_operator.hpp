#pragma once

#include "topology/ann_graph.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace syncopate {

/// What one operator reads and writes: `samples` samples, one after the other, each flat C·H·W, in memory that is large
/// enough for a whole batch.
struct FloatOperands {
    std::span<const float* const> inputs;
    float* output = nullptr;
    std::size_t samples = 0;
    std::byte* scratch = nullptr;  // aligned to 64 bytes
};

/// One step of inference in float32, prepared once and then immutable: run() writes only the output and the scratch.
class FloatOperator {
public:
    virtual ~FloatOperator() = default;

    virtual void run(const FloatOperands& operands) const = 0;
    /// The output may be the memory of any input.
    virtual bool runs_in_place() const { return false; }
    virtual std::size_t scratch_bytes() const { return 0; }
};

/// A convolution to be prepared for at most `batch` samples at a time.
struct ConvolutionTask {
    Convolution geometry;
    std::span<const float> weights;
    std::vector<float> bias;  // none, or one value for each output channel
    std::size_t batch = 1;
};

/// The fast one (oneDNN): the order of summation depends on the machine. Runs on the calling thread alone. Null if
/// oneDNN does not take such a convolution.
std::unique_ptr<FloatOperator> make_fast_convolution(const ConvolutionTask& task);

/// The repeatable one: every output element is the sum over (c, ky, kx) in ascending order, each product and each sum
/// rounded to float32, then the bias. The same bits on every machine, for any batch.
std::unique_ptr<FloatOperator> make_ordered_convolution(const ConvolutionTask& task);

/// Any other operator. The graph must outlive it. Requires: the node is neither the input nor a convolution.
std::unique_ptr<FloatOperator> make_plain_operator(const AnnGraph& graph, const AnnNode& node);

}  // namespace syncopate
