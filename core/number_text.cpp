#include "core/number_text.hpp"

#include <array>
#include <charconv>

namespace syncopate {

std::string number_text(double value) {
    std::array<char, 32> text{};
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), end};
}

}  // namespace syncopate
