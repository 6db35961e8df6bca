#pragma once

#include "core/index.hpp"
#include "core/shape.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace syncopate {

/// How a population's neurons lie in the engine: row by row, in a row column by column, channels innermost, so that
/// what a spike of a convolution reaches lies side by side. Everywhere else they have flat indices C·H·W.
class Layout {
public:
    explicit Layout(const Shape& shape)
        : channels_(to_size(shape.channels)),
          rows_(to_size(shape.height)),
          area_(to_size(shape.area())),
          row_size_(channels_ * to_size(shape.width)) {}

    std::size_t rows() const { return rows_; }
    std::size_t row_size() const { return row_size_; }
    std::size_t size() const { return rows_ * row_size_; }
    /// Where the neuron with flat index i lies.
    std::size_t place_of(std::size_t i) const { return i % area_ * channels_ + i / area_; }

    /// Values in flat order, laid out.
    template <class T>
    std::vector<T> laid_out(std::span<const T> flat) const {
        std::vector<T> values(flat.size());
        for (std::size_t i = 0; i < flat.size(); ++i) values[place_of(i)] = flat[i];
        return values;
    }
    /// Values as they lie, in flat order.
    template <class T>
    std::vector<T> flattened(std::span<const T> values) const {
        std::vector<T> flat(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) flat[i] = values[place_of(i)];
        return flat;
    }

private:
    std::size_t channels_, rows_, area_, row_size_;
};

}  // namespace syncopate
