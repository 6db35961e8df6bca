#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace CLI {
class Validator;
}

namespace syncopate {

/// Check of an option: decimal digits of a number in the range. The command line's own conversion would take "-1",
/// "0x10", "010" and what has more than 64 bits, as some other number.
CLI::Validator whole_number(std::uint64_t least, std::uint64_t most);
/// Of a seed: all 64 bits.
CLI::Validator seed_number();

/// What is wrong with the text as a number in the range; empty if nothing is.
std::string whole_number_fault(std::string_view text, std::uint64_t least, std::uint64_t most);

}  // namespace syncopate
