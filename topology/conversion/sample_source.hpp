#pragma once

#include <cstddef>
#include <span>

namespace syncopate {

/// Samples by number, as the network takes them (preprocessed, flat C·H·W). May be read from several threads at once.
class SampleSource {
public:
    virtual ~SampleSource() = default;

    virtual std::size_t count() const = 0;
    /// Writes sample `index`. Requires: index < count(); `sample` is as large as the network's input.
    virtual void read(std::size_t index, std::span<float> sample) const = 0;
};

/// Samples begin … end − 1 of a source.
struct SampleRange {
    std::size_t begin = 0;
    std::size_t end = 0;
};

}  // namespace syncopate
