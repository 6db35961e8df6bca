#pragma once

#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace syncopate {

/// A count or place in signed arithmetic, which is not negative, as containers take it. Builds with assertions check.
constexpr std::size_t to_size(std::integral auto n) {
    assert(n >= decltype(n){0});
    return static_cast<std::size_t>(n);
}

/// The place of an enumerator in a table of all.
template <typename Enum>
requires std::is_enum_v<Enum>
constexpr std::size_t to_size(Enum value) { return static_cast<std::size_t>(value); }

/// Position of one of the things that `Of` names in the list of all of them. A container takes it as it is; a position
/// in another list is another type.
template <typename Of>
class Index {
public:
    constexpr Index() = default;
    constexpr Index(std::integral auto position) : position_(static_cast<std::uint32_t>(position)) {}
    constexpr operator std::size_t() const { return position_; }

    friend constexpr bool operator==(Index, Index) = default;
    friend constexpr bool operator==(Index index, std::integral auto number) {
        return std::cmp_equal(index.position_, number);
    }
    constexpr Index& operator++() {
        ++position_;
        return *this;
    }

private:
    std::uint32_t position_ = 0;
};

/// Of a population in its network, the same in LayerGraph, CompiledNetwork, EnginePlan, recordings and reports.
using PopulationIndex = Index<struct PopulationOfNetwork>;

}  // namespace syncopate
