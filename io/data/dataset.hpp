#pragma once

#include "core/shape.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace syncopate {

/// Samples in memory as they lie in their files, with labels where there are any. May be read from several threads at
/// once.
struct Dataset {
    enum class Element : std::uint8_t { byte, float32, float64 };

    std::string format;               // "CIFAR-10 binary"
    Shape shape;                      // of one sample
    Element element = Element::byte;  // byte: pixels 0 … 255; others: values as they are
    std::vector<std::uint8_t> bytes;
    std::int64_t count = 0;
    std::int64_t stride = 0;               // bytes from one sample to the next
    std::int64_t offset = 0;               // bytes before the first
    std::vector<std::int32_t> labels;      // none, or one for each sample
    std::vector<std::string> class_names;  // where the files state them
    std::vector<std::filesystem::path> files;

    bool has_labels() const { return !labels.empty(); }
    /// Writes one sample, flat C·H·W. Requires: 0 ≤ sample < count; values.size() = shape.size().
    void read(std::int64_t sample, std::span<double> values) const;
};

/// What to open.
struct DatasetRequest {
    std::filesystem::path path;
    std::filesystem::path labels = {};  // where they lie in a file of their own
    std::string split = {};             // "test" or "train", where a folder has both; default test
};

/// Recognises by name and content: IDX (MNIST), CIFAR-10 and CIFAR-100 binary, .npy, .npz, or a folder that holds one
/// of these or one subfolder of PNG images a class. gzip files are unfolded. Throws Error naming the file, what is
/// wrong with it and what would be right.
Dataset open_dataset(const DatasetRequest& request);

/// Throws Error naming the first label outside 0 … classes − 1.
void require_labels_below(const Dataset& dataset, std::int64_t classes);

// One reader for each format.
Dataset read_idx(const DatasetRequest& request);
Dataset read_cifar(const std::vector<std::filesystem::path>& files, std::int32_t label_bytes);
Dataset read_numpy(const DatasetRequest& request);
Dataset read_png_folder(const std::filesystem::path& folder);
/// The image file of the split in a folder of IDX files; empty if there is none.
std::filesystem::path find_idx_images(const std::filesystem::path& folder, const std::string& split);

}  // namespace syncopate
