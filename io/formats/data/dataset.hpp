#pragma once

#include "core/shape.hpp"
#include "io/formats/data/framing.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace syncopate {

/// Reads the samples of an open data set.
class SampleReader {
public:
    virtual ~SampleReader() = default;
    /// Writes sample number `sample`, flat C·H·W. May be called by several threads at once.
    virtual void read(std::int64_t sample, std::span<double> values) const = 0;
};

/// Samples of one shape, read from their files one at a time, so that memory does not grow with the pixels of the set.
struct Dataset {
    enum class Element : std::uint8_t { byte, number };

    std::string format;                // "IDX", "CIFAR-10", "CIFAR-100", "NumPy", "PNG", "JPEG" or "PNG and JPEG"
    std::int64_t count = 0;            // samples, ≥ 1
    Shape shape;                       // of each of them
    Element element = Element::byte;   // byte: 8-bit, so pixels 0 … 255; else what the numbers say (input_range.hpp)
    std::vector<std::int32_t> labels;  // none, or one for each sample, ≥ 0
    std::string label_place;           // the file or array with the labels, or where they were looked for
    std::vector<std::string> class_names;      // where the files state them
    bool has_class_folders = false;            // the names are those of all folders of classes
    bool is_framed = false;                    // the request's framing is done already
    std::vector<std::string> notes;            // what was decided when it was opened, for the user
    std::vector<std::string> warnings;         // what looks odd
    std::vector<std::filesystem::path> files;  // all that samples and labels are read from, ≥ 1
    std::unique_ptr<const SampleReader> reader;

    bool has_labels() const { return !labels.empty(); }
    /// Writes one sample, flat C·H·W: the numbers that the files hold. May be called by several
    /// threads at once. Requires: 0 ≤ sample < count and values.size() = shape.size().
    /// Throws Error naming the file if it can no longer be read.
    void read(std::int64_t sample, std::span<double> values) const;
};

/// What to open, and what is known of it beforehand.
struct DatasetRequest {
    std::filesystem::path path;                 // a file or folder
    std::filesystem::path labels = {};          // .npy or IDX with one class number for each sample, if `path` has none
    std::string split = {};                     // "test" (taken if empty) or "train", where `path` has both
    std::optional<Shape> network_input = {};    // settles what arrays of fewer dimensions and grey PNGs mean
    Framing framing = {};                       // of the network: lets the pictures of a folder differ in size
    std::vector<std::string> class_names = {};  // of the network: what folders of these names are labelled by
    std::vector<std::filesystem::path> more = {};  // further CIFAR files, appended in this order
};

/// Opens a data set; its format is recognised by content and name:
/// - IDX (MNIST and its kin), also gzipped: the file of images, or a folder of them; the labels are found beside it.
/// - CIFAR-10 and CIFAR-100 in the binary version: files of records, or their folder.
/// - NumPy: .npy with the labels in a file of their own; .npz with arrays called x, images, input or data, and y,
/// labels
///   or target. uint8 means pixels, other numbers are judged (input_range.hpp); arrays are N×C×H×W, N×H×W or
///   N×features.
/// - A folder with one .npz, or with images.npy (or another of these names) and its labels.
/// - A folder with one subfolder of PNGs or JPEGs for each class (class_folders.hpp); also inside `test` and `train`.
/// Throws Error naming file, place, value and remedy if the data cannot be what they claim; UsageError if the request
/// does not fit them.
Dataset open_dataset(const DatasetRequest& request);

/// Throws Error, saying where labels were looked for and what to do, if the set has none.
void require_labels(const Dataset& dataset);

/// Throws Error naming the first label that a network with this number of classes does not have.
void require_labels_below(const Dataset& dataset, std::int64_t classes);

}  // namespace syncopate
