#include "io/data/array_dataset.hpp"

#include "core/error.hpp"
#include "io/data/idx.hpp"
#include "io/data/npy.hpp"
#include "io/data/npy_header.hpp"
#include "io/data/sample_shape.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
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

std::vector<std::string> present(const NpzArchive& archive, const std::vector<std::string_view>& names) {
    std::vector<std::string> found;
    for (const auto name : names)
        if (archive.has(std::string(name))) found.emplace_back(name);
    return found;
}

/// The one array of its kind, empty if there is none.
std::string choose(const NpzArchive& archive, const ArrayNames& names, const DatasetRequest& request) {
    std::vector<std::string> found = present(archive, request.split == "train" ? names.train : names.test);
    if (found.empty() && request.split.empty()) found = present(archive, names.plain);
    if (found.size() > 1)
        throw Error(request.path.string() + ": " + join(found) + " are all names for the same thing; it has: " +
                    join(archive.names()) + ". Keep one array of images (x) and one of labels (y)");
    return found.empty() ? "" : found.front();
}

}  // namespace

Dataset make_array_dataset(Dataset dataset, NumericArray images, const std::optional<NumericArray>& labels,
                           const std::optional<Shape>& network_input) {
    const bool is_byte = images.type() == ElementType::uint8;
    if (!is_byte && !is_floating_point(images.type()))
        throw Error(images.name() + ": images are " + name_of(images.type()) +
                    ": save pixels 0 to 255 as uint8 (x.astype(numpy.uint8)) and ready inputs as float32");
    dataset.shape = sample_shape(images.dimensions(), network_input, images.name());
    dataset.count = images.dimensions().front();
    dataset.element = is_byte ? Dataset::Element::byte : Dataset::Element::floating;
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

Dataset open_npz_dataset(const DatasetRequest& request) {
    const NpzArchive archive(request.path);
    const std::string images = choose(archive, image_names(), request);
    const std::string labels = choose(archive, label_names(), request);
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
