#include "topology/conversion/memory_plan.hpp"

#include <algorithm>

namespace syncopate {

namespace {

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// Hands out slots and takes them back.
class SlotPool {
public:
    /// The free slot that fits best: the smallest that is large enough, else the largest, which then grows.
    std::size_t take(std::size_t floats) {
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

std::vector<std::int32_t> needed_nodes(const AnnGraph& graph, std::int32_t output) {
    std::vector<bool> is_needed(graph.nodes.size(), false);
    is_needed[0] = is_needed[at(output)] = true;
    for (std::int32_t n = output; n > 0; --n) {
        if (!is_needed[at(n)]) continue;
        for (const std::int32_t input : graph.nodes[at(n)].inputs) is_needed[at(input)] = true;
    }
    std::vector<std::int32_t> needed;
    for (std::int32_t n = 0; n <= output; ++n) {
        if (is_needed[at(n)]) needed.push_back(n);
    }
    return needed;
}

std::vector<std::int32_t> last_readers(const AnnGraph& graph, const std::vector<std::int32_t>& needed) {
    std::vector<std::int32_t> last(graph.nodes.size());
    for (std::size_t n = 0; n < last.size(); ++n) last[n] = static_cast<std::int32_t>(n);
    for (const std::int32_t n : needed) {
        for (const std::int32_t input : graph.nodes[at(n)].inputs) last[at(input)] = n;
    }
    last[at(needed.back())] = static_cast<std::int32_t>(graph.nodes.size());
    return last;
}

MemoryPlan plan_memory(const AnnGraph& graph, const std::vector<std::int32_t>& needed,
                       const std::vector<bool>& in_place) {
    const std::vector<std::int32_t> last = last_readers(graph, needed);
    MemoryPlan plan;
    plan.slot_of.assign(graph.nodes.size(), 0);
    SlotPool pool;
    for (const std::int32_t n : needed) {
        const AnnNode& node = graph.nodes[at(n)];
        std::vector<std::int32_t> done;  // inputs that nobody reads after this node
        for (const std::int32_t input : node.inputs) {
            if (last[at(input)] == n && std::ranges::find(done, input) == done.end()) done.push_back(input);
        }
        if (in_place[at(n)] && !done.empty()) {
            plan.slot_of[at(n)] = plan.slot_of[at(done.front())];
            done.erase(done.begin());
        } else {
            plan.slot_of[at(n)] = pool.take(static_cast<std::size_t>(node.shape.size()));
        }
        for (const std::int32_t input : done) pool.give_back(plan.slot_of[at(input)]);
        if (last[at(n)] == n) pool.give_back(plan.slot_of[at(n)]);
    }
    plan.slot_floats = std::move(pool.slot_floats);
    return plan;
}

}  // namespace syncopate
