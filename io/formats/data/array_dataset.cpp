#include "io/formats/data/array_dataset.hpp"

#include "core/error.hpp"
#include "io/formats/data/folder.hpp"
#include "io/formats/data/idx.hpp"
#include "io/formats/data/npy.hpp"
#include "io/formats/data/npy_header.hpp"
#include "io/formats/data/sample_shape.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <system_error>
#include <utility>

namespace syncopate {

namespace {

class ArraySamples final : public SampleReader {
public:
    explicit ArraySamples(NumericArray images) : images_(std::move(images)) {}

    void read(std::int64_t sample, std::span<double> values) const override {
        images_.read(sample * std::ssize(values), values);
    }

private:
    NumericArray images_;
};

std::vector<std::int32_t> labels_in(const NumericArray& array) {
    const auto& dimensions = array.dimensions();
    if (dimensions.empty() || dimensions.size() > 2 || (dimensions.size() == 2 && dimensions[1] != 1))
        throw Error(array.name() + ": labels of shape " + to_string(dimensions) +
                    ", wanted is one class number for each sample (of one-hot rows save y.argmax(1))");
    std::vector<std::int32_t> labels;
    for (const double value : array.values()) {
        const bool is_label = value >= 0.0 && value <= std::numeric_limits<std::int32_t>::max();
        if (!is_label || value != static_cast<double>(static_cast<std::int32_t>(value)))
            throw Error(array.name() + ": label " + std::to_string(value) + " of sample " +
                        std::to_string(labels.size()) + " must be a whole number, 0 or more");
        labels.push_back(static_cast<std::int32_t>(value));
    }
    return labels;
}

/// Names that people give to the arrays of an .npz, by split; the plain ones belong to a file of one split.
struct ArrayNames {
    std::vector<std::string_view> plain;
    std::vector<std::string_view> test;
    std::vector<std::string_view> train;
};

const ArrayNames& image_names() {
    static const ArrayNames names{.plain = {"x", "X", "images", "image", "input", "inputs", "data"},
                                  .test = {"x_test", "X_test", "test_images"},
                                  .train = {"x_train", "X_train", "train_images"}};
    return names;
}

const ArrayNames& label_names() {
    static const ArrayNames names{.plain = {"y", "Y", "labels", "label", "target", "targets"},
                                  .test = {"y_test", "Y_test", "test_labels"},
                                  .train = {"y_train", "Y_train", "train_labels"}};
    return names;
}

std::string join(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text.empty() ? "none" : text;
}

std::vector<std::string> present(const std::vector<std::string>& arrays, const std::vector<std::string_view>& names) {
    std::vector<std::string> found;
    for (const auto name : names)
        if (std::ranges::find(arrays, name) != arrays.end()) found.emplace_back(name);
    return found;
}

/// The one array of its kind, empty if there is none.
std::string choose(const std::vector<std::string>& arrays, const ArrayNames& names, const DatasetRequest& request) {
    std::vector<std::string> found = present(arrays, request.split == "train" ? names.train : names.test);
    if (found.empty() && request.split.empty()) found = present(arrays, names.plain);
    if (found.size() > 1)
        throw Error(request.path.string() + ": " + join(found) + " are all names for the same thing; it has: " +
                    join(arrays) + ". Keep one array of images (x) and one of labels (y)");
    return found.empty() ? "" : found.front();
}

/// The names, without extension, of the files with this extension.
std::vector<std::string> stems_of(const std::filesystem::path& folder, const char* extension) {
    std::vector<std::string> stems;
    for (const auto& path : entries_of(folder)) {
        std::error_code ignored;
        if (path.extension() == extension && std::filesystem::is_regular_file(path, ignored))
            stems.push_back(path.stem().string());
    }
    return stems;
}

/// The archive that is meant.
std::string choose_archive(const std::vector<std::string>& stems, const DatasetRequest& request) {
    if (stems.size() == 1) return stems.front();
    const std::string wanted = request.split.empty() ? "test" : request.split;
    if (std::ranges::find(stems, wanted) != stems.end()) return wanted;
    throw Error(request.path.string() + ": has several .npz (" + join(stems) + "), none of them called " + wanted +
                ": give the one that is meant, or put all samples into one");
}

}  // namespace

Dataset make_array_dataset(Dataset dataset, NumericArray images, const std::optional<NumericArray>& labels,
                           const std::optional<Shape>& network_input) {
    dataset.shape = sample_shape(images.dimensions(), network_input, images.name());
    dataset.count = images.dimensions().front();
    dataset.element = images.type() == ElementType::uint8 ? Dataset::Element::byte : Dataset::Element::number;
    if (labels) {
        dataset.labels = labels_in(*labels);
        dataset.label_place = labels->name();
        if (dataset.labels.empty()) throw Error(labels->name() + ": has no labels");
    }
    dataset.reader = std::make_unique<ArraySamples>(std::move(images));
    return dataset;
}

NumericArray open_array(const std::filesystem::path& path) {
    if (is_npy(first_unpacked_bytes(path, largest_npy_header))) return open_npy(path);
    return open_idx(path);
}

Dataset open_npy_dataset(const DatasetRequest& request) {
    Dataset dataset;
    dataset.format = "NumPy";
    dataset.files = {request.path};
    std::optional<NumericArray> labels;
    if (!request.labels.empty()) {
        labels = open_array(request.labels);
        dataset.files.push_back(request.labels);
    }
    return make_array_dataset(std::move(dataset), open_npy(request.path), labels, request.network_input);
}

std::optional<Dataset> open_array_folder(const DatasetRequest& request) {
    if (has_subfolders(request.path)) return std::nullopt;
    const std::vector<std::string> archives = stems_of(request.path, ".npz"), arrays = stems_of(request.path, ".npy");
    if (archives.empty() && arrays.empty()) return std::nullopt;
    DatasetRequest file = request;
    if (!archives.empty() && !arrays.empty())
        throw Error(request.path.string() + ": has .npz (" + join(archives) + ") and .npy (" + join(arrays) +
                    "): give the file that is meant");
    if (!archives.empty()) {
        const std::string stem = choose_archive(archives, request);
        if (stem == request.split) file.split.clear();  // the file is that split
        file.path = request.path / (stem + ".npz");
        return open_npz_dataset(file);
    }
    std::string images = choose(arrays, image_names(), request);
    const std::string labels = choose(arrays, label_names(), request);
    if (images.empty() && arrays.size() == 1 && labels.empty() && request.split.empty()) images = arrays.front();
    if (images.empty())
        throw Error(request.path.string() + ": has no .npy of images (x, images, input or data" +
                    (request.split.empty() ? "" : "; for split " + request.split + ": x_" + request.split) +
                    "); it has: " + join(arrays));
    if (!labels.empty() && !request.labels.empty())
        throw UsageError(request.labels.string() + ": not needed, " + request.path.string() + " has the labels " +
                         labels + ".npy: leave it out");
    file.path = request.path / (images + ".npy");
    if (!labels.empty()) file.labels = request.path / (labels + ".npy");
    Dataset dataset = open_npy_dataset(file);
    if (!dataset.has_labels()) dataset.label_place = "y, labels or target among " + join(arrays) + " (.npy)";
    return dataset;
}

Dataset open_npz_dataset(const DatasetRequest& request) {
    const NpzArchive archive(request.path);
    const std::string images = choose(archive.names(), image_names(), request);
    const std::string labels = choose(archive.names(), label_names(), request);
    if (images.empty())
        throw Error(request.path.string() + ": has no array of images (x, images, input or data" +
                    (request.split.empty() ? "" : "; for split " + request.split + ": x_" + request.split) +
                    "); it has: " + join(archive.names()));
    if (!labels.empty() && !request.labels.empty())
        throw UsageError(request.labels.string() + ": not needed, " + request.path.string() + " has the labels '" +
                         labels + "': leave it out");
    Dataset dataset;
    dataset.format = "NumPy";
    dataset.files = {request.path};
    dataset.label_place = "y, labels or target among " + join(archive.names());
    std::optional<NumericArray> label_array;
    if (!labels.empty()) label_array = archive.open(labels);
    if (!request.labels.empty()) {
        label_array = open_array(request.labels);
        dataset.files.push_back(request.labels);
    }
    return make_array_dataset(std::move(dataset), archive.open(images), label_array, request.network_input);
}

}  // namespace syncopate
