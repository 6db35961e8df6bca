#pragma once

#include "neurons/rearrangement.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace syncopate {

/// What is known of a parameter of a neuron model, said once: files, schema, options, messages and reports ask for it.
struct ParameterInfo {
    std::string_view name;  // as in network files
    std::string_view unit;  // "thresholds"; none: a plain number
    std::string_view help;  // a sentence without its full stop
    double least = -std::numeric_limits<double>::infinity();
    double most = std::numeric_limits<double>::infinity();
    bool is_above_least = false;  // `least` itself is not allowed
    bool is_required = false;     // in files; else the default is that of the model
    bool is_left_out_at_0 = false;

    /// Whether it may have the value; what is no number may not.
    bool allows(double value) const {
        return (is_above_least ? value > least : value >= least) && value <= most &&
               value < std::numeric_limits<double>::infinity();
    }
    /// "between -64 and 64 thresholds", "greater than 0".
    std::string range() const;
};

/// Is shown the parameters of a model one by one, in the order of files, and may change them.
class ParameterVisitor {
public:
    virtual ~ParameterVisitor() = default;

    virtual void number(const ParameterInfo& info, double& value) = 0;
    /// A number or none.
    virtual void number(const ParameterInfo& info, std::optional<double>& value) = 0;
    /// One value, or one for each channel.
    virtual void numbers(const ParameterInfo& info, std::vector<double>& values) = 0;
    virtual void whole(const ParameterInfo& info, std::int32_t& value) = 0;
    /// One of some names, by position.
    virtual void choice(const ParameterInfo& info, std::span<const std::string_view> names, std::size_t& chosen) = 0;
    virtual void rule(const ParameterInfo& info, Rearrangement& rule) = 0;
};

}  // namespace syncopate
