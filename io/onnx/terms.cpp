#include "io/onnx/terms.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace syncopate::onnx {

namespace {

constexpr std::int32_t deepest = 128;
constexpr double infinity = std::numeric_limits<double>::infinity();

std::string text(double value) {
    std::string digits = std::to_string(value);
    while (digits.find('.') != std::string::npos && (digits.back() == '0' || digits.back() == '.')) {
        const bool is_point = digits.back() == '.';
        digits.pop_back();
        if (is_point) break;
    }
    return digits;
}

std::string range_text(const std::vector<double>& values) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    return *low == *high ? text(*low) : text(*low) + " to " + text(*high);
}

bool is_affine(const Term& term) {
    return term.operation == ScalarOperation::scale || term.operation == ScalarOperation::offset;
}

bool is_rounding(const Term& term) {
    return term.operation == ScalarOperation::floor || term.operation == ScalarOperation::ceil ||
           term.operation == ScalarOperation::round;
}

bool all_equal(const std::vector<double>& values, double expected) {
    return std::all_of(values.begin(), values.end(), [&](double v) { return v == expected; });
}

/// The value at `i` of `count`, of parameters stated once, for each channel or for each element.
double entry(const std::vector<double>& values, std::size_t i, std::size_t count) {
    return values[i / (count / values.size())];
}

/// Both made as long as the longer one, and combined.
template <class Combine>
std::vector<double> combined(const std::vector<double>& a, const std::vector<double>& b, const Combine& combine) {
    std::vector<double> result(std::max(a.size(), b.size()));
    for (std::size_t i = 0; i < result.size(); ++i) {
        result[i] = combine(entry(a, i, result.size()), entry(b, i, result.size()));
    }
    return result;
}

/// None for zeros, else one value for each channel or element, as AnnLinear has them.
std::vector<double> as_bias(const std::vector<double>& offset, const Shape& shape) {
    if (all_equal(offset, 0.0)) return {};
    if (offset.size() > 1) return offset;
    return std::vector<double>(static_cast<std::size_t>(shape.channels), offset.front());
}

}  // namespace

/// Terms between `terms.front()` (the argument) and `terms.back()` (the result), in order.
struct TermTable::Region {
    std::vector<std::int32_t> terms;

    bool has(std::int32_t term) const { return std::binary_search(terms.begin(), terms.end(), term); }
};

std::int32_t TermTable::of_node(std::int32_t node) {
    const auto found = of_nodes_.find(node);
    if (found != of_nodes_.end()) return found->second;
    const auto position = static_cast<std::int32_t>(terms_.size());
    Term term;
    term.base = position;
    term.node = node;
    terms_.push_back(std::move(term));
    of_nodes_.emplace(node, position);
    return position;
}

std::int32_t TermTable::append(Term term) {
    for (std::int32_t* argument : {&term.left, &term.right}) {
        if (*argument < 0) continue;
        // Long chains are cut, which bounds recursion.
        if (at(*argument).depth >= deepest) *argument = of_node(emit(*argument));
        term.depth = std::max(term.depth, at(*argument).depth + 1);
        term.has_rounding = term.has_rounding || at(*argument).has_rounding;
    }
    if (term.right >= 0 && at(term.left).base != at(term.right).base) {
        term.left = of_node(emit(term.left));
        term.right = of_node(emit(term.right));
        term.depth = 1;
        term.has_rounding = false;
    }
    term.base = at(term.left).base;
    term.has_rounding = term.has_rounding || is_rounding(term);
    terms_.push_back(std::move(term));
    return static_cast<std::int32_t>(terms_.size()) - 1;
}

const Shape& TermTable::shape(std::int32_t term) const { return work_.shape_of(at(at(term).base).node); }

std::int32_t TermTable::emit(std::int32_t term) {
    if (at(term).node >= 0) return at(term).node;
    std::int32_t node = -1;
    const bool is_outermost = reason_.empty();
    if (at(term).has_rounding) {
        const auto found = find_step(term);
        if (const auto* step = std::get_if<Found>(&found)) {
            node = emit_step(term, *step);
        } else {
            if (is_outermost) reason_ = std::get<std::string>(found);
            if (is_rounding(at(term))) node = refuse_rounding(term);
        }
    }
    if (node < 0) node = emit_plainly(term);
    if (is_outermost) reason_.clear();
    terms_[static_cast<std::size_t>(term)].node = node;
    return node;
}

std::optional<TermTable::Region> TermTable::region_between(std::int32_t from, std::int32_t to) const {
    constexpr std::size_t most_terms = 256;
    std::set<std::int32_t> open = {to};
    Region region;
    while (!open.empty() && region.terms.size() < most_terms) {
        const std::int32_t term = *open.rbegin();
        open.erase(std::prev(open.end()));
        region.terms.push_back(term);
        if (term == from) {
            if (!open.empty()) return std::nullopt;
            std::reverse(region.terms.begin(), region.terms.end());
            return region;
        }
        for (const std::int32_t argument : {at(term).left, at(term).right}) {
            if (argument >= 0) open.insert(argument);
        }
    }
    return std::nullopt;
}

/// The terms of a region that every path from argument to result passes, in order, without the result.
std::vector<std::int32_t> TermTable::cuts(const Region& whole) const {
    std::vector<std::int32_t> result;
    std::set<std::int32_t> open = {whole.terms.back()};
    while (!open.empty()) {
        const std::int32_t term = *open.rbegin();
        open.erase(std::prev(open.end()));
        if (open.empty() && term != whole.terms.back()) result.push_back(term);
        if (term == whole.terms.front()) break;
        for (const std::int32_t argument : {at(term).left, at(term).right}) {
            if (argument >= 0) open.insert(argument);
        }
    }
    std::reverse(result.begin(), result.end());
    return result;
}

/// Whether something outside the region uses the term, too.
bool TermTable::is_shared(std::int32_t term, const Region& region) const {
    std::int32_t inside = 0;
    for (const std::int32_t t : region.terms) inside += (at(t).left == term ? 1 : 0) + (at(t).right == term ? 1 : 0);
    return at(term).node >= 0 || at(term).uses > inside;
}

/// The function that a region computes, for every channel.
std::variant<StepActivation, std::string> TermTable::recognise(const Region& region) {
    const Shape& extents = shape(region.terms.back());
    const auto channels = static_cast<std::size_t>(extents.channels);
    std::size_t count = 1;
    for (const std::int32_t t : region.terms) {
        if (t == region.terms.front()) continue;
        const std::size_t most = std::max(at(t).first.size(), at(t).second.size());
        if (most > 1 && most != channels) return "its constants differ between the elements of a channel";
        if (most > 1) count = channels;
    }
    std::vector<ScalarExpression> expressions(count);
    work_.budget.compute(static_cast<std::int64_t>(count * region.terms.size()) * 1000);
    const auto place = [&](std::int32_t term) {
        const auto found = std::lower_bound(region.terms.begin(), region.terms.end(), term);
        return static_cast<std::int32_t>(found - region.terms.begin());
    };
    for (std::size_t c = 0; c < count; ++c) {
        expressions[c].push_back({});
        for (std::size_t i = 1; i < region.terms.size(); ++i) {
            const Term& term = at(region.terms[i]);
            const auto value = [&](const std::vector<double>& v) { return v.empty() ? 0.0 : v[v.size() == 1 ? 0 : c]; };
            expressions[c].push_back({.operation = term.operation,
                                      .left = place(term.left),
                                      .right = term.right < 0 ? 0 : place(term.right),
                                      .first = value(term.first),
                                      .second = value(term.second)});
        }
    }
    return recognise_step(expressions);
}

/// A step activation that gives the term's values, and the term that it is applied to. Preferred, in this order: a term
/// that something else uses as well; the node itself; what leading scales and offsets make of it; the result of another
/// step activation, or what scales and offsets make of that.
std::variant<TermTable::Found, std::string> TermTable::find_step(std::int32_t term) {
    const auto whole = region_between(at(term).base, term);
    if (!whole) return "it is made of too many operations";
    const std::vector<std::int32_t> all = cuts(*whole);
    std::vector<std::int32_t> candidates;
    for (auto cut = all.rbegin(); cut != all.rend(); ++cut) {
        if (*cut != at(term).base && is_shared(*cut, *whole)) candidates.push_back(*cut);
    }
    candidates.push_back(at(term).base);
    // What scales and offsets right after a term make of it.
    const auto extended = [&](std::int32_t from) {
        for (const std::int32_t cut : all) {
            if (is_affine(at(cut)) && at(cut).left == from) from = cut;
        }
        return from;
    };
    candidates.push_back(extended(at(term).base));
    std::string reason;
    const auto attempt = [&](std::int32_t from) -> std::optional<Found> {
        const auto region = region_between(from, term);
        const bool rounds = region && std::any_of(region->terms.begin() + 1, region->terms.end(),
                                                  [&](std::int32_t t) { return is_rounding(at(t)); });
        if (!rounds) return std::nullopt;
        auto result = recognise(*region);
        if (auto* activation = std::get_if<StepActivation>(&result)) return Found{from, std::move(*activation)};
        if (reason.empty() || from == at(term).base) reason = std::get<std::string>(result);
        return std::nullopt;
    };
    for (const std::int32_t candidate : candidates) {
        if (auto found = attempt(candidate)) return *found;
    }
    for (auto cut = all.rbegin(); cut != all.rend(); ++cut) {
        if (!at(*cut).has_rounding || !is_step(*cut)) continue;
        if (auto found = attempt(*cut)) return *found;
        if (auto found = attempt(extended(*cut))) return *found;
    }
    return reason.empty() ? "it is not a staircase" : reason;
}

bool TermTable::is_step(std::int32_t term) {
    if (!at(term).has_rounding) return false;
    const auto region = region_between(at(term).base, term);
    return region && std::holds_alternative<StepActivation>(recognise(*region));
}

std::int32_t TermTable::emit_step(std::int32_t term, const Found& found) {
    const auto region = region_between(found.from, term);
    std::int32_t from = found.from;
    if (!found.activation.factor.empty()) {
        const std::size_t origin = at(term).origin;
        from = append(
            {.operation = ScalarOperation::scale, .left = from, .first = found.activation.factor, .origin = origin});
        from = append(
            {.operation = ScalarOperation::offset, .left = from, .first = found.activation.offset, .origin = origin});
    }
    const std::int32_t input = emit(from);
    if (from != found.from) work_.labels[static_cast<std::size_t>(input)].is_auxiliary = at(found.from).node != input;
    const AnnStep& step = found.activation.step;
    const std::int32_t node = work_.add_node(at(term).origin, step, {input}, shape(term));
    Label& label = work_.labels.back();
    for (const std::int32_t t : region->terms) {
        if (t == found.from) continue;
        tell(t, NodeFate::folded, "part of the step activation", node);
        if (is_rounding(at(t))) label.scope = work_.model.nodes[at(t).origin].scope;
        if (!at(t).parameter.empty()) label.parameter = at(t).parameter;
    }
    label.op = "Step";
    tell(term, NodeFate::layer,
         "step activation: threshold " + range_text(step.threshold) + ", " + std::to_string(step.levels) +
             " levels, shift " + text(step.shift),
         node);
    return node;
}

std::int32_t TermTable::emit_plainly(std::int32_t term) {
    if (is_affine(at(term))) return emit_affine(term);
    if (at(term).operation == ScalarOperation::clamp) return emit_clamp(term);
    return emit_sum(term);
}

/// A chain of scales and offsets that nothing else uses becomes one node.
std::int32_t TermTable::emit_affine(std::int32_t term) {
    std::vector<double> factor = {1.0};
    std::vector<double> offset = {0.0};
    std::vector<std::int32_t> chain;
    std::int32_t from = term;
    while (is_affine(at(from)) && at(from).node < 0 && (from == term || (at(from).uses <= 1 && !is_step(from)))) {
        // What was collected is applied after this term: y = factor·(this) + offset.
        const auto& values = at(from).first;
        if (at(from).operation == ScalarOperation::scale) {
            factor = combined(factor, values, [](double a, double b) { return a * b; });
        } else {
            const auto added = combined(factor, values, [](double a, double b) { return a * b; });
            offset = combined(offset, added, [](double a, double b) { return a + b; });
        }
        chain.push_back(from);
        from = at(from).left;
    }
    const std::int32_t input = emit(from);
    const Shape extents = work_.shape_of(input);
    std::int32_t node = input;
    const bool is_identity = all_equal(factor, 1.0) && all_equal(offset, 0.0);
    if (!is_identity) {
        work_.budget.allocate(static_cast<std::int64_t>(factor.size() + offset.size()));
        AnnLinear linear{.stage = Scale{extents, std::move(factor)}, .bias = as_bias(offset, extents)};
        node = work_.add_node(at(term).origin, std::move(linear), {input}, extents);
        work_.labels.back().parameter = at(term).parameter;
    }
    for (const std::int32_t t : chain) tell(t, NodeFate::folded, "part of a scale", node);
    if (is_identity) {
        tell(term, NodeFate::ignored, "does not change its input", -1);
    } else {
        tell(term, NodeFate::layer, "scale and offset", node);
    }
    return node;
}

/// A chain of bounds that nothing else uses becomes one ReLU.
std::int32_t TermTable::emit_clamp(std::int32_t term) {
    std::vector<double> low = at(term).first;
    std::vector<double> high = at(term).second;
    std::vector<std::int32_t> chain = {term};
    std::int32_t from = at(term).left;
    const auto limit = [](const std::vector<double>& v, const std::vector<double>& l, const std::vector<double>& h) {
        const auto raised = combined(v, l, [](double a, double b) { return std::max(a, b); });
        return combined(raised, h, [](double a, double b) { return std::min(a, b); });
    };
    while (at(from).operation == ScalarOperation::clamp && at(from).node < 0 && at(from).uses <= 1) {
        const auto inner_low = limit(at(from).first, low, high);
        high = limit(at(from).second, low, high);
        low = inner_low;
        chain.push_back(from);
        from = at(from).left;
    }
    const std::int32_t input = emit(from);
    const Shape extents = work_.shape_of(input);
    if (all_equal(low, -infinity) && all_equal(high, infinity)) {
        tell(term, NodeFate::ignored, "has no bounds", -1);
        return input;
    }
    const bool is_possible = all_equal(low, 0.0) && *std::min_element(high.begin(), high.end()) > 0.0 &&
                             (high.size() == 1 || high.size() == static_cast<std::size_t>(extents.channels));
    if (!is_possible) {
        return refuse(term,
                      "bounds of " + range_text(low) + " and " + range_text(high) +
                          " cannot be represented by a firing rate; use ReLU or a clip from 0 to a positive bound, "
                          "one for each channel at most, and retrain");
    }
    const std::int32_t node = work_.add_node(at(term).origin, AnnRelu{high}, {input}, extents);
    for (const std::int32_t t : chain) {
        tell(t, NodeFate::folded, "part of a ReLU", node);
        if (!at(t).parameter.empty()) work_.labels.back().parameter = at(t).parameter;
    }
    work_.labels.back().op = "Relu";
    tell(term, NodeFate::layer, all_equal(high, infinity) ? "ReLU" : "ReLU up to " + range_text(high), node);
    return node;
}

std::int32_t TermTable::emit_sum(std::int32_t term) {
    const std::int32_t left = emit(at(term).left);
    const std::int32_t right = emit(at(term).right);
    const std::int32_t node = work_.add_node(at(term).origin, AnnAdd{}, {left, right}, work_.shape_of(left));
    tell(term, NodeFate::layer, "sum", node);
    return node;
}

std::int32_t TermTable::refuse_rounding(std::int32_t term) {
    return refuse(term, "it is not part of a step activation that a spiking neuron can represent: " + reason_ +
                            "; QCFS is threshold/L · clip(floor(x·L/threshold + 0.5), 0, L)");
}

std::int32_t TermTable::refuse(std::int32_t term, const std::string& reason) {
    tell(term, NodeFate::refused, reason, -1);
    return emit(at(term).left);
}

void TermTable::tell(std::int32_t term, NodeFate fate, const std::string& detail, std::int32_t node) {
    Outcome& outcome = work_.outcomes[at(term).origin];
    if (outcome.fate == NodeFate::refused) return;
    outcome.fate = fate;
    outcome.detail = detail;
    outcome.node = node;
}

}  // namespace syncopate::onnx
