#include "io/formats/data/dataset.hpp"

#include "core/assert.hpp"
#include "core/error.hpp"
#include "io/files/byte_source.hpp"
#include "io/formats/data/array_dataset.hpp"
#include "io/formats/data/cifar_dataset.hpp"
#include "io/formats/data/folder.hpp"
#include "io/formats/data/idx.hpp"
#include "io/formats/data/idx_dataset.hpp"
#include "io/formats/data/npy_header.hpp"
#include "io/formats/data/picture_dataset.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace syncopate {

namespace {

constexpr std::string_view known_formats =
    "known are IDX (.gz), CIFAR-10/100 binary, .npy, .npz, a folder of these, and a folder with one subfolder of PNGs "
    "or "
    "JPEGs for each class";

bool starts_with(std::span<const std::byte> start, std::string_view magic) {
    return start.size() >= magic.size() &&
           std::ranges::equal(start.first(magic.size()), std::as_bytes(std::span(magic)));
}

[[noreturn]] void fail_unknown(const std::filesystem::path& path, std::span<const std::byte> start) {
    const std::string name = path.string();
    if (starts_with(start, "\x89PNG") || starts_with(start, "\xff\xd8\xff"))
        throw Error(name + ": is a single picture: give the folder that has one subfolder of pictures for each class");
    if (starts_with(start, "\x89HDF"))
        throw Error(name + ": is an HDF5 file: save its arrays with numpy.savez (x and y) instead");
    if (starts_with(start, "\x80\x02") || starts_with(start, "\x80\x03") || starts_with(start, "\x80\x04"))
        throw Error(name +
                    ": is a Python pickle: get the binary version of CIFAR, or save the arrays with numpy.savez");
    if (start.empty()) throw Error(name + ": is empty");
    throw Error(name + ": is in no known format: " + std::string(known_formats));
}

void refuse_unused(const DatasetRequest& request, bool has_own_labels, bool has_splits) {
    const std::string name = request.path.string();
    if (has_own_labels && !request.labels.empty())
        throw UsageError(request.labels.string() + ": not needed, " + name + " has its own labels: leave it out");
    if (!has_splits && !request.split.empty())
        throw UsageError("split '" + request.split + "': " + name + " is a single file, give the folder or no split");
    if (!request.more.empty() && !has_own_labels)
        throw UsageError(request.more.front().string() + ": several files together are only read in CIFAR's format");
}

void check_counts(const Dataset& dataset) {
    const std::string name = dataset.files.front().string();
    if (dataset.count < 1) throw Error(name + ": has no samples");
    if (!dataset.has_labels() || std::ssize(dataset.labels) == dataset.count) return;
    throw Error(dataset.label_place + ": has " + std::to_string(dataset.labels.size()) + " labels, but " + name +
                " has " + std::to_string(dataset.count) + " samples: give the labels that belong to it");
}

Dataset open_single_file(const DatasetRequest& request) {
    const auto start = first_unpacked_bytes(request.path, largest_idx_header);
    if (starts_with(start, "PK\x03\x04") || starts_with(start, "PK\x05\x06")) {
        refuse_unused(request, false, true);
        return open_npz_dataset(request);
    }
    if (is_npy(start)) {
        refuse_unused(request, false, false);
        return open_npy_dataset(request);
    }
    // A CIFAR record may begin as an IDX file does, so here the name goes first.
    const bool is_idx = parse_idx_header(start).has_value();
    const bool is_bin = request.path.extension() == ".bin";
    if ((is_bin && !is_idx) || !request.more.empty() || ((is_bin || !is_idx) && is_cifar_size(request.path))) {
        refuse_unused(request, true, false);
        std::vector<std::filesystem::path> files = {request.path};
        files.insert(files.end(), request.more.begin(), request.more.end());
        return open_cifar_dataset(files);
    }
    if (!is_idx) fail_unknown(request.path, start);
    refuse_unused(request, false, false);
    return open_idx_dataset(request);
}

Dataset open_folder(const DatasetRequest& request) {
    if (!request.more.empty())
        throw UsageError(request.more.front().string() + ": several paths together must be CIFAR files, " +
                         request.path.string() + " is a folder");
    if (const auto images = find_idx_images(request.path, request.split)) {
        DatasetRequest file = request;
        file.path = *images;
        return open_idx_dataset(file);
    }
    const auto cifar = find_cifar_files(request.path, request.split);
    if (cifar.empty()) {
        if (auto arrays = open_array_folder(request)) return std::move(*arrays);
    }
    const bool has_classes = cifar.empty() && has_subfolders(request.path);
    if (cifar.empty() && !has_classes)
        throw Error(request.path.string() + ": has no data set that is known: " + std::string(known_formats));
    refuse_unused(request, true, true);
    if (!cifar.empty()) return open_cifar_dataset(cifar);
    return open_picture_dataset(request);
}

}  // namespace

void Dataset::read(std::int64_t sample, std::span<double> values) const {
    SYNCOPATE_ASSERT(sample >= 0 && sample < count && std::ssize(values) == shape.size());
    reader->read(sample, values);
}

void require_labels(const Dataset& dataset) {
    if (dataset.has_labels()) return;
    const std::string looked = dataset.label_place.empty() ? "" : " (looked for " + dataset.label_place + ")";
    throw Error(dataset.files.front().string() + ": has no labels" + looked +
                ": give a file of labels, .npy or IDX, with one class number for each sample");
}

void require_labels_below(const Dataset& dataset, std::int64_t classes) {
    const auto& labels = dataset.labels;
    const auto bad = std::ranges::find_if(labels, [&](std::int32_t label) { return label < 0 || label >= classes; });
    if (bad == labels.end()) return;
    throw Error(dataset.label_place + ": label " + std::to_string(*bad) + " of sample " +
                std::to_string(bad - labels.begin()) + ": the network has " + std::to_string(classes) +
                " classes, labels must be 0 to " + std::to_string(classes - 1) +
                ": take the data set that the network was trained for, or number its classes from 0");
}

Dataset open_dataset(const DatasetRequest& request) {
    if (request.path.empty()) throw UsageError("no data set is given: give a file or folder");
    if (!request.split.empty() && request.split != "test" && request.split != "train")
        throw UsageError("split '" + request.split + "': must be test or train");
    std::error_code error;
    const auto status = std::filesystem::status(request.path, error);
    if (!std::filesystem::exists(status)) throw Error(request.path.string() + ": no such file or folder");
    Dataset dataset = std::filesystem::is_directory(status) ? open_folder(request) : open_single_file(request);
    check_counts(dataset);
    return dataset;
}

}  // namespace syncopate
