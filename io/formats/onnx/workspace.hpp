#pragma once

#include "core/index.hpp"
#include "io/formats/onnx/import.hpp"
#include "io/formats/onnx/model.hpp"
#include "topology/ann_graph.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace syncopate::onnx {

/// Valid ONNX that cannot become part of a spiking network; the text says why and what to do.
class Refusal : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Bounds what an import may allocate and compute beyond the file's own parameters, whatever the file claims.
class Budget {
public:
    /// `parameters`: elements that the file itself holds; as many again, and 1 GiB, may be needed to work on them.
    explicit Budget(std::int64_t parameters) : most_bytes_(parameters * 16 + (std::int64_t{1} << 30)) {}

    /// Counts elements that will be allocated. Throws Error when the import would hold too many at once.
    void allocate(std::int64_t elements, std::int64_t bytes_each = 8);
    /// What was allocated is not needed any more.
    void release(std::int64_t bytes) { bytes_ -= bytes; }
    /// Counts elementary steps. Throws Error when the import would take too long.
    void compute(std::int64_t steps);

private:
    std::int64_t most_bytes_ = 0;
    std::int64_t bytes_ = 0;
    std::int64_t steps_ = 0;
};

/// What ONNX calls a value, one sample of it where it depends on the input. Element i of the sample is element map[i]
/// of the term's result, 0 where map[i] is −1; without a map it is element i.
struct Activation {
    std::int32_t term = 0;                // in TermTable
    std::vector<std::int64_t> dims = {};  // with the batch
    std::vector<std::int32_t> map = {};
    bool is_permutation = true;  // the map, which then has an inverse
    std::size_t batch_axis = 0;  // which of the dimensions is the batch
    std::size_t summands = 1;    // element i is the sum of this many entries of the map, from i · summands on
};

/// Where an activation exceeds a bound, or is below it; which of the two holds at the bound itself is left open.
struct Comparison {
    Activation x = {};
    std::vector<double> bound = {};  // as ScalarNode's parameters
    bool is_above = true;
};

/// monostate: its producer was refused, or depends on one that was.
using Value = std::variant<std::monostate, Constant, Activation, Comparison>;

/// Where the name of a node of the network can come from.
struct Label {
    std::string scope = {};      // the module the exporter recorded
    std::string parameter = {};  // the module that owns the parameter: "conv1" of "conv1.weight"
    std::string op = {};         // ONNX operator
    bool is_auxiliary = false;   // a part of the node that follows it
};

/// What became of one node of the file.
struct Outcome {
    NodeFate fate = NodeFate::folded;
    std::string detail = {};
    std::int32_t node = -1;  // in AnnGraph
    Shape shape = {};
    std::string warning = {};
};

/// The state of one import.
struct Workspace {
    const Model& model;
    std::int64_t batch = 1;
    Budget budget = Budget(0);
    AnnGraph graph = {};
    std::vector<Label> labels = {};      // one for each node of the graph
    std::vector<Outcome> outcomes = {};  // one for each node of the file
    std::map<std::string, Value> values = {};
    std::map<std::string, std::int32_t> uses = {};        // consumers of each value
    std::map<std::string, TensorId> weight_tensors = {};  // by the value and what was done to it

    /// Appends a node made from the file's node at `position`; returns where it stands.
    std::int32_t add_node(std::size_t position, AnnOperator operation, std::vector<NodeIndex> inputs, Shape shape);
    const Shape& shape_of(std::int32_t node) const { return graph.nodes[to_size(node)].shape; }
};

/// Number of elements of one sample.
std::int64_t sample_size(const Workspace& work, const Activation& activation);

/// C×H×W of one sample: N×F becomes F×1×1, N×C×L becomes C×1×L. Throws Refusal when the first dimension is not the
/// batch.
Shape sample_shape(const Workspace& work, const Activation& activation);

/// The batch. Throws Refusal unless it lies along that axis.
std::int64_t batch_along(const Workspace& work, const Activation& activation, std::size_t axis);

/// The shape, or n×1×1 where the dimensions do not say.
Shape any_shape(const Workspace& work, const Activation& activation);

/// The module that a parameter called "conv1.weight" belongs to; empty when the name was made up by an exporter.
std::string owner_of(const std::string& parameter);

}  // namespace syncopate::onnx
