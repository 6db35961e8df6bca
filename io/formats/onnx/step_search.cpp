// Which of the collected terms make up a step activation, and where it begins.
#include "core/index.hpp"
#include "io/formats/onnx/terms.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace syncopate::onnx {

/// terms[0] is any term; terms[i] is what `stairs[i − 1]`'s operation makes of the one before. All but the last are
/// only known where no constant in between differs within a channel.
struct TermTable::Prefix {
    std::vector<std::int32_t> terms = {};
    std::vector<std::vector<Staircase>> stairs = {};  // of what follows each of the terms, seen from there
    std::size_t first = 0;                            // the first term with stairs
};

namespace {

/// What follows a scale or an offset, seen from before it.
std::vector<Staircase> seen_through(const Term& affine, std::vector<Staircase> stairs) {
    if (stairs.size() < affine.first.size()) stairs.assign(affine.first.size(), stairs.front());
    for (std::size_t c = 0; c < stairs.size(); ++c) {
        const double value = affine.first[affine.first.size() == 1 ? 0 : c];
        if (affine.operation == ScalarOperation::offset) {
            stairs[c].first -= value;
        } else {
            stairs[c].first /= value;
            stairs[c].width /= value;
        }
    }
    return stairs;
}

/// As seen from the other side of a change of sign: what falls rises, and the other way round.
std::vector<Staircase> mirrored(std::vector<Staircase> stairs) {
    for (Staircase& s : stairs) {
        s.first = -s.first;
        s.width = -s.width;
    }
    return stairs;
}

bool falls(const std::vector<Staircase>& stairs) { return stairs.front().width < 0.0; }

std::vector<Staircase> upright(const std::vector<Staircase>& stairs) {
    return falls(stairs) ? mirrored(stairs) : stairs;
}

bool is_possible(const std::vector<Staircase>& stairs) {
    const ShiftRange shifts = shifts_of(upright(stairs));
    return shifts.lowest >= 0.0 && shifts.highest <= 1.0;
}

}  // namespace

/// Whether an odd number of changes of sign lies between the first and the last term.
bool TermTable::changes_sign(const Prefix& prefix) const {
    bool is_changed = false;
    for (std::size_t i = 1; i < prefix.terms.size(); ++i) {
        const Term& affine = at(prefix.terms[i]);
        is_changed = is_changed != (affine.operation == ScalarOperation::scale && affine.first.front() < 0.0);
    }
    return is_changed;
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
std::variant<std::vector<Staircase>, std::string> TermTable::recognise(const Region& region, double sign) {
    const Shape& extents = shape(region.terms.back());
    const auto channels = to_size(extents.channels);
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
        return static_cast<std::int32_t>(found - region.terms.begin()) + 1;
    };
    for (std::size_t c = 0; c < count; ++c) {
        expressions[c].push_back({});
        expressions[c].push_back({.operation = ScalarOperation::scale, .first = sign});
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
    return recognise_staircases(expressions);
}

/// Which offset of the prefix is the shift of the staircase itself: the last one before the rounding. Not if it is the
/// bias of a linear operator; nor a list of numbers, unless it stands between scale and rounding; nor if the steps are
/// as high as wide only behind it; nor if it is no possible shift.
std::optional<std::size_t> TermTable::own_shift(const Prefix& prefix, const Region& rest) const {
    for (std::size_t i = 1; i < rest.terms.size() && !is_rounding(at(rest.terms[i])); ++i) {
        if (at(rest.terms[i]).operation == ScalarOperation::offset) return std::nullopt;
    }
    for (std::size_t i = prefix.terms.size(); i-- > prefix.first + 1;) {
        const Term& offset = at(prefix.terms[i]);
        if (offset.operation != ScalarOperation::offset) continue;
        std::size_t before = i - 1;
        while (before > prefix.first && at(prefix.terms[before]).operation == ScalarOperation::scale) --before;
        const bool is_behind_scale =
            is_as_wide_as_high(upright(prefix.stairs[before])) || !is_as_wide_as_high(upright(prefix.stairs[i]));
        const bool is_at_rounding = i + 1 == prefix.terms.size() && before + 1 < i;
        if (offset.is_bias || (offset.is_list && !is_at_rounding)) return std::nullopt;
        if (!is_behind_scale || !is_possible(prefix.stairs[i - 1])) return std::nullopt;
        return i;
    }
    return std::nullopt;
}

/// The step activation that gives the term's values, applied to the result of `start` or to what scales and offsets
/// right behind it make of that: everything before the shift of the staircase itself belongs to the linear part.
std::variant<TermTable::Found, std::string> TermTable::step_behind(std::int32_t start, std::int32_t term,
                                                                   const std::vector<std::int32_t>& cuts) {
    Prefix prefix{.terms = {start}};
    for (const std::int32_t cut : cuts) {
        if (is_affine(at(cut)) && at(cut).left == prefix.terms.back()) prefix.terms.push_back(cut);
    }
    const auto channels = to_size(shape(term).channels);
    std::variant<std::vector<Staircase>, std::string> found;
    Region rest;
    // Ceil steps fall behind the change of sign that they are written with.
    for (const auto& [count, sign] :
         {std::pair{prefix.terms.size(), 1.0}, std::pair{prefix.terms.size(), -1.0}, std::pair{std::size_t{1}, 1.0}}) {
        prefix.terms.resize(count);
        const auto region = region_between(prefix.terms.back(), term);
        const bool rounds = region && std::any_of(region->terms.begin() + 1, region->terms.end(),
                                                  [&](std::int32_t t) { return is_rounding(at(t)); });
        if (!rounds) return std::string();
        rest = *region;
        if (sign < 0.0 && !changes_sign(prefix)) continue;
        found = recognise(rest, sign);
        auto* const stairs = std::get_if<std::vector<Staircase>>(&found);
        if (stairs == nullptr) continue;
        if (sign < 0.0) *stairs = mirrored(std::move(*stairs));
        break;
    }
    if (auto* reason = std::get_if<std::string>(&found)) return std::move(*reason);
    prefix.stairs.resize(prefix.terms.size());
    prefix.stairs.back() = std::get<std::vector<Staircase>>(found);
    prefix.first = prefix.terms.size() - 1;
    for (; prefix.first > 0; --prefix.first) {
        const Term& affine = at(prefix.terms[prefix.first]);
        const bool turns = affine.operation == ScalarOperation::scale &&
                           !std::ranges::all_of(affine.first, [](double f) { return f > 0.0; }) &&
                           !std::ranges::all_of(affine.first, [](double f) { return f < 0.0; });
        if (turns || (affine.first.size() > 1 && affine.first.size() != channels)) break;
        prefix.stairs[prefix.first - 1] = seen_through(affine, prefix.stairs[prefix.first]);
    }
    const auto shift = own_shift(prefix, rest);
    std::size_t begin = shift ? *shift - 1 : prefix.terms.size() - 1;
    const auto whole = region_between(start, term);
    while (begin > prefix.first && at(prefix.terms[begin]).operation == ScalarOperation::scale &&
           !is_shared(prefix.terms[begin], *whole)) {
        --begin;
    }
    while (begin > prefix.first && falls(prefix.stairs[begin])) --begin;
    if (falls(prefix.stairs[begin])) return std::string("it falls");
    return Found{prefix.terms[begin], step_of(prefix.stairs[begin])};
}

/// A step activation that gives the term's values, and the term that it is applied to. Preferred, in this order: behind
/// a term that something else uses as well; behind the node; behind another step activation.
std::variant<TermTable::Found, std::string> TermTable::find_step(std::int32_t term) {
    const auto whole = region_between(at(term).base, term);
    if (!whole) return "it is made of too many operations";
    const std::vector<std::int32_t> all = cuts(*whole);
    for (auto cut = all.rbegin(); cut != all.rend(); ++cut) {
        if (*cut == at(term).base || is_affine(at(*cut)) || !is_shared(*cut, *whole)) continue;
        auto near = step_behind(*cut, term, all);
        if (std::holds_alternative<Found>(near)) return near;
    }
    auto found = step_behind(at(term).base, term, all);
    if (std::holds_alternative<Found>(found)) return found;
    for (auto cut = all.rbegin(); cut != all.rend(); ++cut) {
        if (!at(*cut).has_rounding || !is_step(*cut)) continue;
        auto later = step_behind(*cut, term, all);
        if (std::holds_alternative<Found>(later)) return later;
    }
    const std::string& reason = std::get<std::string>(found);
    return reason.empty() ? "it is not a staircase" : reason;
}

bool TermTable::is_step(std::int32_t term) {
    if (!at(term).has_rounding) return false;
    const auto region = region_between(at(term).base, term);
    return region && std::holds_alternative<std::vector<Staircase>>(recognise(*region));
}

std::int32_t TermTable::emit_step(std::int32_t term, const Found& found) {
    const auto region = region_between(found.from, term);
    std::int32_t from = found.from;
    const std::size_t origin = at(term).origin;
    if (!found.activation.factor.empty()) {
        from = append(
            {.operation = ScalarOperation::scale, .left = from, .first = found.activation.factor, .origin = origin});
    }
    if (!found.activation.offset.empty()) {
        from = append(
            {.operation = ScalarOperation::offset, .left = from, .first = found.activation.offset, .origin = origin});
    }
    const std::int32_t input = emit(from);
    if (from != found.from) work_.labels[to_size(input)].is_auxiliary = at(found.from).node != input;
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
             " levels, shift " + text(step.shift) +
             (found.activation.offset.empty()
                  ? ""
                  : " (shifts differ from channel to channel or are out of range: the rest is in the bias)"),
         node);
    if (!found.activation.offset.empty()) {
        work_.outcomes[at(term).origin].warning =
            "its shifts differ from channel to channel or lie outside 0 to 1; v_init has " + text(step.shift) +
            " and a current of every tick the rest, so that the spiking layer is the step at T = " +
            std::to_string(step.levels) + " only";
    }
    return node;
}

}  // namespace syncopate::onnx
