#include "neurons/parameter.hpp"

#include "core/number_text.hpp"

#include <cmath>

namespace syncopate {

std::string ParameterInfo::range() const {
    const std::string of_unit = unit.empty() ? "" : " " + std::string(unit);
    if (!std::isinf(most)) return "between " + number_text(least) + " and " + number_text(most) + of_unit;
    return (is_above_least ? "greater than " : "at least ") + number_text(least) + of_unit;
}

}  // namespace syncopate
