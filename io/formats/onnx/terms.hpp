#pragma once

#include "core/index.hpp"
#include "io/formats/onnx/workspace.hpp"
#include "topology/step_function.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace syncopate::onnx {

/// An element-wise operation on the result of a node of the graph, not yet part of the graph. `first` and `second` are
/// the parameters of ScalarNode: one value, one for each channel, or one for each element of the node's result.
struct Term {
    ScalarOperation operation = ScalarOperation::argument;
    std::int32_t left = -1;
    std::int32_t right = -1;
    std::vector<double> first = {};
    std::vector<double> second = {};
    std::int32_t uses = 1;       // consumers of its value
    std::size_t origin = 0;      // node of the file
    std::string parameter = {};  // the module that owns its constant, if known
    bool is_bias = false;        // of the linear operator right before it, which has none of its own
    bool is_list = false;        // its constant is more than one number
    // Filled by TermTable.
    std::int32_t base = -1;     // the term of the node it is computed from
    std::int32_t depth = 0;     // operations between the two
    std::int32_t node = -1;     // its node, once it has one
    bool has_rounding = false;  // Floor, Ceil or Round between the two
};

/// "0.25" without trailing zeros.
std::string text(double value);
/// "0.25", or "0.25 to 3".
std::string range_text(const std::vector<double>& values);
bool is_affine(const Term& term);
bool is_rounding(const Term& term);

/// Element-wise operations are collected here until another operator needs their result. Then those that make up a
/// step activation become one AnnStep, however they were written, and the others a Scale, a ReLU or a sum each.
class TermTable {
public:
    explicit TermTable(Workspace& workspace) : work_(workspace) {}

    /// The result of a node, as a term.
    std::int32_t of_node(std::int32_t node);
    /// A further operation; returns its position.
    std::int32_t append(Term term);
    /// One of those that would have used the term's value does not need it after all.
    void drop_use(std::int32_t term) { --terms_[to_size(term)].uses; }
    const Term& at(std::int32_t term) const { return terms_[to_size(term)]; }
    /// Shape of the node that the term is computed from.
    const Shape& shape(std::int32_t term) const;
    /// The node that gives the term's values, made if there is none yet. What cannot be made is reported as refused,
    /// and a node of the same shape is returned, so that the import can go on and report everything.
    std::int32_t emit(std::int32_t term);

private:
    /// Terms between `terms.front()` (the argument) and `terms.back()` (the result), in order.
    struct Region {
        std::vector<std::int32_t> terms = {};
    };
    struct Found {
        std::int32_t from = 0;  // the term that the step is applied to
        StepActivation activation;
    };
    /// The scales and offsets right behind a term, and what the rest does, seen from each of the terms.
    struct Prefix;

    std::optional<Region> region_between(std::int32_t from, std::int32_t to) const;
    std::vector<std::int32_t> cuts(const Region& whole) const;
    bool is_shared(std::int32_t term, const Region& region) const;
    std::variant<std::vector<Staircase>, std::string> recognise(const Region& region, double sign = 1.0);
    bool changes_sign(const Prefix& prefix) const;
    std::optional<std::size_t> own_shift(const Prefix& prefix, const Region& rest) const;
    std::variant<Found, std::string> step_behind(std::int32_t start, std::int32_t term,
                                                 const std::vector<std::int32_t>& cuts);
    std::variant<Found, std::string> find_step(std::int32_t term);
    bool is_step(std::int32_t term);

    std::int32_t emit_step(std::int32_t term, const Found& found);
    std::int32_t emit_plainly(std::int32_t term);
    std::int32_t emit_affine(std::int32_t term);
    std::int32_t emit_clamp(std::int32_t term);
    std::int32_t emit_sum(std::int32_t term);
    std::int32_t refuse_rounding(std::int32_t term);
    std::int32_t refuse(std::int32_t term, const std::string& reason);
    void tell(std::int32_t term, NodeFate fate, const std::string& detail, std::int32_t node);

    Workspace& work_;
    std::vector<Term> terms_;
    std::map<std::int32_t, std::int32_t> of_nodes_;
    std::string reason_;  // why the outermost of the terms being emitted is not a step
};

}  // namespace syncopate::onnx
