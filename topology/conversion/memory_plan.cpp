#include "topology/conversion/memory_plan.hpp"

#include "core/index.hpp"

#include <algorithm>

namespace syncopate {

namespace {

/// Hands out slots and takes them back.
class SlotPool {
public:
    /// The free slot that fits best: the smallest that is large enough, else the largest, which then grows.
    std::size_t take(std::size_t floats) {
        // Slots are only numbers until the plan is complete, so one may still grow. Where none is large enough, it
        // costs least to let the largest grow.
        std::size_t best = slot_floats.size();
        for (std::size_t s = 0; s < slot_floats.size(); ++s) {
            if (!is_free_[s]) continue;
            if (best == slot_floats.size()) best = s;
            const bool fits = slot_floats[s] >= floats, best_fits = slot_floats[best] >= floats;
            if (fits != best_fits ? fits : (slot_floats[s] < slot_floats[best]) == fits) best = s;
        }
        if (best == slot_floats.size()) {
            slot_floats.push_back(0);
            is_free_.push_back(true);
        }
        is_free_[best] = false;
        slot_floats[best] = std::max(slot_floats[best], floats);
        return best;
    }
    void give_back(std::size_t slot) { is_free_[slot] = true; }

    std::vector<std::size_t> slot_floats;

private:
    std::vector<bool> is_free_;
};

}  // namespace

std::vector<NodeIndex> needed_nodes(const AnnGraph& graph, NodeIndex output) {
    std::vector<bool> is_needed(graph.nodes.size(), false);
    // Inputs are earlier nodes, so one pass from the output back has marked every reader of a node before it comes to
    // the node. The input counts as needed even if nothing reads it, because inference puts the samples into its slot.
    is_needed[0] = is_needed[output] = true;
    for (std::size_t n = output; n > 0; --n) {
        if (!is_needed[n]) continue;
        for (const NodeIndex input : graph.nodes[n].inputs) is_needed[input] = true;
    }
    std::vector<NodeIndex> needed;
    for (NodeIndex n; n <= output; ++n) {
        if (is_needed[n]) needed.push_back(n);
    }
    return needed;
}

std::vector<NodeIndex> last_readers(const AnnGraph& graph, const std::vector<NodeIndex>& needed) {
    std::vector<NodeIndex> last(graph.nodes.size());
    for (std::size_t n = 0; n < last.size(); ++n) last[n] = n;
    for (const NodeIndex n : needed) {
        for (const NodeIndex input : graph.nodes[n].inputs) last[input] = n;
    }
    // The output is read when all steps are done; a reader behind the last node keeps anybody from taking its slot.
    last[needed.back()] = graph.nodes.size();
    return last;
}

MemoryPlan plan_memory(const AnnGraph& graph, const std::vector<NodeIndex>& needed, const std::vector<bool>& in_place) {
    const std::vector<NodeIndex> last = last_readers(graph, needed);
    MemoryPlan plan;
    plan.slot_of.assign(graph.nodes.size(), 0);
    SlotPool pool;
    for (const NodeIndex n : needed) {
        const AnnNode& node = graph.nodes[n];
        // Each only once: of x + x, computed in place, the second x would give back the slot that the sum has just
        // taken over.
        std::vector<NodeIndex> done;  // inputs that nobody reads after this node
        for (const NodeIndex input : node.inputs) {
            if (last[input] == n && std::ranges::find(done, input) == done.end()) done.push_back(input);
        }
        // An operator that runs in place gives as many values as each of its inputs has, so the slot is large enough.
        if (in_place[n] && !done.empty()) {
            plan.slot_of[n] = plan.slot_of[done.front()];
            done.erase(done.begin());
        } else {
            plan.slot_of[n] = pool.take(to_size(node.shape.size()));
        }
        // Only now: an operator that does not run in place still reads its inputs while it writes, so its output may
        // not get the slot of any of them.
        for (const NodeIndex input : done) pool.give_back(plan.slot_of[input]);
        // Nobody reads it (the input of a network that does not depend on it), but it has been written once and needed
        // a slot for that.
        if (last[n] == n) pool.give_back(plan.slot_of[n]);
    }
    plan.slot_floats = std::move(pool.slot_floats);
    return plan;
}

}  // namespace syncopate
