#pragma once

#include "topology/ann_graph.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace syncopate {

/// Nodes that node `output` needs, in the order of the graph, itself the last; the input is always among them.
std::vector<NodeIndex> needed_nodes(const AnnGraph& graph, NodeIndex output);

/// For every node, the last needed node that reads it; its own position if none does, one past the graph for the last
/// needed node.
std::vector<NodeIndex> last_readers(const AnnGraph& graph, const std::vector<NodeIndex>& needed);

/// Which memory every needed node writes, such that no node overwrites what is still to be read.
struct MemoryPlan {
    std::vector<std::size_t> slot_of;      // of every node; meaningless for nodes that are not needed
    std::vector<std::size_t> slot_floats;  // of one sample
};

/// `in_place`: for every node, whether it may write over an input of its own that nobody reads later.
MemoryPlan plan_memory(const AnnGraph& graph, const std::vector<NodeIndex>& needed, const std::vector<bool>& in_place);

}  // namespace syncopate
