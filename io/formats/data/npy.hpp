#pragma once

#include "io/files/zip_archive.hpp"
#include "io/formats/data/numeric_array.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace syncopate {

/// A NumPy array file (.npy, formats 1 to 3, either byte and index order, gzipped or not).
/// Throws Error naming file, what is wrong with the header, or the bytes missing or left over.
NumericArray open_npy(const std::filesystem::path& path);

/// The array of a NumPy file.
using NpyArray = NumericArray;

/// The same, all of it kept in memory, for who reads element by element.
NpyArray read_npy(const std::filesystem::path& path);

/// A NumPy archive (.npz): arrays by name.
class NpzArchive {
public:
    /// Throws Error naming the file unless it is a zip archive that can be read.
    explicit NpzArchive(const std::filesystem::path& path);

    /// Names of the arrays, without ".npy", in the order of the archive. Members that are no arrays are left out.
    std::vector<std::string> names() const;
    bool has(const std::string& name) const;
    /// The array called `name`, unpacked in memory as it is stored. Throws Error naming file and array if there is none
    /// (with the names there are), if it is damaged, or larger than `largest_unpacked`.
    NumericArray open(const std::string& name) const;

private:
    std::string path_;
    ZipArchive archive_;
};

/// An array to be written: its elements in C order. Requires: as many elements as the dimensions say.
struct NamedArray {
    using Elements = std::variant<std::span<const double>, std::span<const float>, std::span<const std::int32_t>,
                                  std::span<const std::int64_t>, std::span<const std::uint8_t>>;
    std::string name = {};  // for .npz
    std::vector<std::int64_t> dimensions = {};
    Elements elements = {};
};

/// Writes one array as .npy (format 1, C order). Throws Error naming the file if it cannot be written.
void write_npy(const std::filesystem::path& path, const NamedArray& array);

/// Writes arrays as an uncompressed .npz. Throws Error naming the file if it cannot be written, or two names are alike.
void write_npz(const std::filesystem::path& path, std::span<const NamedArray> arrays);

}  // namespace syncopate
