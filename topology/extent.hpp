#pragma once

#include <cstdint>

namespace syncopate {

/// Two numbers, one for each spatial axis (rows, columns).
struct Extent {
    std::int32_t height = 1;
    std::int32_t width = 1;
    friend bool operator==(const Extent&, const Extent&) = default;
};

}  // namespace syncopate
