#pragma once

#include "topology/ann_graph.hpp"
#include "topology/conversion/float_operator.hpp"

#include <hwy/aligned_allocator.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace syncopate {

/// How convolutions are computed.
enum class Arithmetic {
    fast,     // by oneDNN: the last bits of a result depend on the machine
    ordered,  // in a stated order: the same bits for any batch, on any machine
};

struct InferenceOptions {
    Arithmetic arithmetic = Arithmetic::fast;
    std::size_t batch = 0;  // samples computed together; 0: as many as fit into 32 MiB, at most 16
    /// Nodes that run() shows to its observer (positions in AnnGraph::nodes); none: every node.
    std::vector<NodeIndex> observed = {};
};

/// Shown what a node gave: node, number of the sample within the call, values (flat C·H·W). Nodes come in the order of
/// the graph, and the values are gone when the observer returns.
using NodeObserver = std::function<void(NodeIndex node, std::size_t sample, std::span<const float> values)>;

/// The memory of one call in flight; two calls at a time need two.
class InferenceWorkspace {
private:
    friend class AnnInference;
    std::vector<hwy::AlignedFreeUniquePtr<float[]>> slots_;
    hwy::AlignedFreeUniquePtr<std::byte[]> scratch_;
};

/// An AnnGraph prepared for inference in float32: weights are laid out once, memory is shared between nodes that are
/// not needed at the same time, nodes that the output does not need are left out.
///
/// Thread safety: run() is const and uses only the workspace, on the calling thread alone; run samples in parallel by
/// several calls with a workspace each. The graph must outlive the object.
class AnnInference {
public:
    /// Throws Error if the graph is not valid or a batch does not fit into memory.
    explicit AnnInference(const AnnGraph& graph, InferenceOptions options = {});

    InferenceWorkspace make_workspace() const;

    /// Most samples of one call. With Arithmetic::fast a call with fewer costs the same.
    std::size_t batch() const { return batch_; }

    /// `inputs`: samples one after the other, each flat C·H·W, at most batch() of them; `outputs`: likewise.
    /// Throws UsageError if the sizes do not fit the network.
    void run(InferenceWorkspace& workspace, std::span<const float> inputs, std::span<float> outputs,
             const NodeObserver& observer = {}) const;

private:
    struct Step {
        NodeIndex node;
        std::vector<std::size_t> inputs;  // slots
        std::size_t output = 0;           // slot
        std::unique_ptr<FloatOperator> operation;
        std::vector<float> bias;  // added after the operation: none, one a channel or one an element
        bool is_observed = false;
    };

    void prepare_steps(const InferenceOptions& options);
    Step make_step(NodeIndex node, Arithmetic arithmetic) const;
    void execute(const Step& step, std::size_t samples, InferenceWorkspace& workspace) const;
    void show(const Step& step, std::size_t samples, const InferenceWorkspace& workspace,
              const NodeObserver& observer) const;

    const AnnGraph& graph_;
    std::size_t batch_ = 1;
    std::vector<Step> steps_;               // the first is the input and has no operation
    std::vector<std::size_t> slot_floats_;  // of one sample
    std::size_t scratch_bytes_ = 0;
};

}  // namespace syncopate
