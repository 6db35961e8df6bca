#pragma once

#include "io/files/new_file.hpp"
#include "io/files/random_access_file.hpp"
#include "io/formats/data/numeric_array.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace syncopate {

/// Arrays that are filled in any order, also by several threads at once, without being kept in memory: they lie in a
/// file beside the one that is to be written, which goes when the object does.
class NpzSpool {
public:
    /// An array of the spool, in C order.
    struct Array {
        std::string name;
        ElementType type = ElementType::float64;
        std::vector<std::int64_t> dimensions;
    };

    /// The spool lies beside `target`. Throws Error naming the file if it cannot be made.
    NpzSpool(const std::filesystem::path& target, std::vector<Array> arrays);

    /// What the arrays take, in bytes.
    static double bytes_of(std::span<const Array> arrays);

    /// Elements of array `a` from element `first` on. Requires: the array's type has the size of Element.
    template <typename Element>
    void write(std::size_t a, std::uint64_t first, std::span<const Element> elements) {
        file_.write(place(a, first), std::as_bytes(elements));
    }
    template <typename Element>
    void read(std::size_t a, std::uint64_t first, std::span<Element> elements) const {
        file_.read(place(a, first), std::as_writable_bytes(elements));
    }

    /// Writes `target` as .npz, of these arrays.
    void write_npz(std::span<const std::size_t> chosen) const;

private:
    struct Region {
        std::uint64_t header = 0;  // where it begins; the data follow
        std::uint64_t data = 0;
        std::uint64_t end = 0;
    };
    std::uint64_t place(std::size_t a, std::uint64_t first) const {
        return regions_[a].data + first * size_of(arrays_[a].type);
    }

    std::filesystem::path target_;
    std::vector<Array> arrays_;
    std::vector<Region> regions_;
    NewFile temporary_;
    RandomAccessFile file_;
};

}  // namespace syncopate
