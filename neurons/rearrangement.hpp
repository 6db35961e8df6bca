#pragma once

#include "core/spikes/train_rearrangement.hpp"
#include "core/tick.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace syncopate {

/// One rule by which a relay re-emits the window of its source (METHODS.md, Rearrangement): how it is written, what is
/// known of it, and what it does. Spikes keep their neuron and amplitude. Each rule is a file in neurons/rules/ and a
/// line of its table.
class RearrangementRule : public TrainRearrangement {
public:
    /// "permute:shared", "jitter:1.5", "order:2-0-1": parse_rearrangement reads it back, and rules with the same text
    /// do the same.
    virtual std::string text() const = 0;
    /// What it does to the spikes of a layer, for users: a sentence without its full stop.
    virtual std::string sentence() const = 0;
    /// Whether it draws random numbers.
    virtual bool has_chance() const { return false; }
    /// Whether all samples of a seed get the same draws.
    virtual bool has_common_draws() const { return false; }
    /// Whether every neuron keeps its number of spikes.
    virtual bool keeps_counts() const { return true; }
    /// Whether it leaves every window of T ticks as it is.
    virtual bool is_identity(Tick T) const = 0;
    /// The only T whose windows it can rearrange; nothing: any.
    virtual std::optional<Tick> only_duration() const { return std::nullopt; }
};

/// A rule as a value: copies share it, and two are equal if they are written alike.
class Rearrangement {
public:
    /// The rule that changes nothing.
    Rearrangement();
    explicit Rearrangement(std::shared_ptr<const RearrangementRule> rule) : rule_(std::move(rule)) {}

    const RearrangementRule* operator->() const { return rule_.get(); }
    const std::shared_ptr<const RearrangementRule>& rule() const { return rule_; }
    friend bool operator==(const Rearrangement& a, const Rearrangement& b) { return a->text() == b->text(); }

private:
    std::shared_ptr<const RearrangementRule> rule_;
};

inline std::string to_string(const Rearrangement& rule) { return rule->text(); }

/// Throws UsageError, naming the text, what is wrong with it and the valid choices.
Rearrangement parse_rearrangement(std::string_view text);
/// The rule that shows at its tick t what was at tick order[t]. Throws UsageError unless `order` names every tick once.
Rearrangement order_rearrangement(const std::vector<Tick>& order);

/// One line for --help: every rule and how it is written.
std::string rearrangement_help();
/// Names of all rules, as they stand in the help.
std::vector<std::string> rearrangement_names();
/// What parse_rearrangement reads, as a regular expression, but for the numbers' range and the order's completeness.
std::string rearrangement_pattern();

}  // namespace syncopate
