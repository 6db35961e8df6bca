#include "io/formats/onnx/terms.hpp"

#include "core/index.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace syncopate::onnx {

namespace {

constexpr std::int32_t deepest = 128;
constexpr double infinity = std::numeric_limits<double>::infinity();

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
    return std::vector<double>(to_size(shape.channels), offset.front());
}

}  // namespace

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
    terms_[to_size(term)].node = node;
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
                             (high.size() == 1 || high.size() == to_size(extents.channels));
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
