#include "core/error.hpp"
#include "io/data/dataset.hpp"
#include "io/data/npy.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>

namespace syncopate {

namespace {

using Arrays = std::map<std::string, NpyArray>;

std::string names_of(const Arrays& arrays) {
    std::string names;
    for (const auto& [name, array] : arrays) names += (names.empty() ? "" : ", ") + name;
    return names;
}

const NpyArray* find(const Arrays& arrays, std::initializer_list<const char*> names, const std::string& where) {
    const NpyArray* found = nullptr;
    for (const char* const name : names) {
        const auto entry = arrays.find(name);
        if (entry == arrays.end()) continue;
        if (found != nullptr)
            throw Error(where + ": more than one array could be meant among " + names_of(arrays) + "; keep one");
        found = &entry->second;
    }
    return found;
}

Shape sample_shape(const NpyArray& images, const std::string& where) {
    const auto extent = [&](std::size_t d) {
        if (images.shape[d] < 1 || images.shape[d] > std::numeric_limits<std::int32_t>::max())
            throw Error(where + ": dimension " + std::to_string(d) + " is " + std::to_string(images.shape[d]));
        return static_cast<std::int32_t>(images.shape[d]);
    };
    switch (images.shape.size()) {
        case 2:
            return {extent(1), 1, 1};
        case 3:
            return {1, extent(1), extent(2)};
        case 4:
            if (images.shape[3] <= 4 && images.shape[1] > 4) {
                throw Error(where + ": shape N x " + std::to_string(images.shape[1]) + " x " +
                            std::to_string(images.shape[2]) + " x " + std::to_string(images.shape[3]) +
                            " looks like N x H x W x C; save it as N x C x H x W (numpy: x.transpose(0, 3, 1, 2))");
            }
            return {extent(1), extent(2), extent(3)};
        default:
            throw Error(where + ": " + std::to_string(images.shape.size()) +
                        " dimensions; expected N x C x H x W, N x H x W or N x features");
    }
}

void set_images(Dataset& dataset, NpyArray images, const std::string& where) {
    dataset.shape = sample_shape(images, where);
    dataset.count = images.shape[0];
    if (dataset.count == 0) throw Error(where + ": there are no samples");
    const bool is_byte = images.kind == 'u' && images.item_size == 1;
    if (is_byte || (images.kind == 'f' && images.item_size >= 4)) {
        dataset.element = is_byte                 ? Dataset::Element::byte
                          : images.item_size == 4 ? Dataset::Element::float32
                                                  : Dataset::Element::float64;
        dataset.bytes = std::move(images.bytes);
    } else if (images.kind == 'f') {
        dataset.element = Dataset::Element::float32;
        dataset.bytes.resize(static_cast<std::size_t>(images.size()) * sizeof(float));
        for (std::int64_t i = 0; i < images.size(); ++i) {
            const auto value = static_cast<float>(images.number(i));
            std::copy_n(reinterpret_cast<const std::uint8_t*>(&value), sizeof value,
                        dataset.bytes.data() + i * std::int64_t{sizeof value});
        }
    } else {
        throw Error(where + ": type " + images.type_name() +
                    "; images are uint8 (pixels, preprocessed by the network's scale, mean and std) or floats (used as "
                    "they are)");
    }
    dataset.stride = static_cast<std::int64_t>(dataset.bytes.size()) / dataset.count;
}

void set_labels(Dataset& dataset, const NpyArray& labels, const std::string& where) {
    const bool is_list = labels.shape.size() == 1 || (labels.shape.size() == 2 && labels.shape[1] == 1);
    if (!is_list || labels.size() != dataset.count) {
        throw Error(where + ": " + std::to_string(labels.size()) + " labels for " + std::to_string(dataset.count) +
                    " samples; one class number a sample is expected");
    }
    for (std::int64_t i = 0; i < labels.size(); ++i) {
        const double label = labels.number(i);
        if (!(label >= 0 && label <= 1e9) || label != std::floor(label))
            throw Error(where + ": label " + std::to_string(i) + " is " + std::to_string(label) +
                        ", must be a class number from 0");
        dataset.labels.push_back(static_cast<std::int32_t>(label));
    }
}

}  // namespace

Dataset read_numpy(const DatasetRequest& request) {
    Dataset dataset;
    dataset.files = {request.path};
    const std::string where = request.path.string();
    if (request.path.extension() == ".npy") {
        dataset.format = "NumPy array";
        set_images(dataset, read_npy(request.path), where);
    } else {
        dataset.format = "NumPy archive";
        const Arrays arrays = read_npz(request.path);
        const NpyArray* const images =
            find(arrays, {"x", "images", "image", "input", "inputs", "data", "x_test"}, where);
        if (images == nullptr)
            throw Error(where + ": holds " + names_of(arrays) +
                        "; call the samples x, images, input or data, and the labels y or labels");
        set_images(dataset, *images, where);
        const NpyArray* const labels = find(arrays, {"y", "labels", "label", "target", "targets", "y_test"}, where);
        if (labels != nullptr && request.labels.empty()) set_labels(dataset, *labels, where);
    }
    if (!request.labels.empty()) {
        if (request.labels.extension() != ".npy")
            throw Error(request.labels.string() + ": labels of NumPy data are expected as .npy");
        set_labels(dataset, read_npy(request.labels), request.labels.string());
        dataset.files.push_back(request.labels);
    }
    return dataset;
}

}  // namespace syncopate
