#pragma once

#include "core/tick.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace syncopate {

/// What a number behind a rule's name stands for, and its range, from 0.
struct RuleAmount {
    std::string_view symbol;  // "sigma"
    double largest = 1.0;
    std::string_view range;  // "10000 ticks"
};

/// The text of a rule while it is read: a name, and words behind colons. Whoever reads takes word by word.
class RuleText {
public:
    explicit RuleText(std::string_view text);

    std::string_view name() const { return words_.front(); }
    /// The next word, which stays; nothing at the end.
    std::optional<std::string_view> next() const;
    /// Takes the next word if it is this one.
    bool take_if(std::string_view word);
    /// Takes "fixed" or "sample", if one of them comes next; whether one draw serves all samples.
    bool take_fixed();
    /// Takes a number, which must be there.
    double take_amount(const RuleAmount& amount);
    /// Takes a whole number if there is another word; `complaint` is for one that is none.
    std::optional<Tick> take_ticks(const std::string& complaint);
    /// Takes a word that must be there.
    std::string_view take(const std::string& complaint);

    /// Throws UsageError with the text, what is wrong with it, and the choices.
    [[noreturn]] void refuse(const std::string& what) const;
    /// Refuses what has not been taken.
    void finish() const;

private:
    std::string_view text_;
    std::vector<std::string_view> words_;
    std::size_t place_ = 1;
};

/// A whole number and nothing else.
std::optional<Tick> parse_tick(std::string_view text);

}  // namespace syncopate
