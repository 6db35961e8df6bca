#include "io/data/dataset.hpp"

#include "core/error.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>

namespace syncopate {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t cifar10_record = 3073;
constexpr std::int64_t cifar100_record = 3074;

std::vector<fs::path> files_in(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) files.push_back(entry.path());
    if (error) throw Error(folder.string() + ": cannot be read: " + error.message());
    std::ranges::sort(files);
    return files;
}

bool starts_with(const fs::path& file, const char* text) { return file.filename().string().rfind(text, 0) == 0; }

Dataset open_cifar_file(const fs::path& file) {
    const auto size = static_cast<std::int64_t>(fs::file_size(file));
    // 3073 · 3074 bytes would fit both; the name decides then.
    const bool is_100 =
        size % cifar100_record == 0 && (size % cifar10_record != 0 || file.stem() == "test" || file.stem() == "train");
    return read_cifar({file}, is_100 ? 2 : 1);
}

Dataset open_folder(const DatasetRequest& request) {
    const std::string split = request.split.empty() ? "test" : request.split;
    const fs::path images = find_idx_images(request.path, split);
    if (!images.empty()) return read_idx({images, request.labels, split});
    std::vector<fs::path> cifar10, cifar100;
    bool has_folders = false;
    for (const fs::path& file : files_in(request.path)) {
        has_folders = has_folders || fs::is_directory(file);
        if (file.extension() != ".bin") continue;
        if (starts_with(file, split == "test" ? "test_batch" : "data_batch")) cifar10.push_back(file);
        if (file.stem() == split) cifar100.push_back(file);
    }
    if (!cifar10.empty()) return read_cifar(cifar10, 1);
    if (!cifar100.empty()) return read_cifar(cifar100, 2);
    const fs::path part = request.path / split;
    if (fs::is_directory(part)) return read_png_folder(part);
    if (has_folders) return read_png_folder(request.path);
    throw Error(request.path.string() +
                ": no data set is recognised here; expected IDX files (t10k-images-idx3-ubyte…), CIFAR files "
                "(test_batch.bin, data_batch_*.bin, test.bin) "
                "or one subfolder of PNG images a class");
}

bool is_idx(const fs::path& file) {
    const std::string name = file.filename().string();
    if (name.find("idx") != std::string::npos && name.find("ubyte") != std::string::npos) return true;
    std::ifstream stream(file, std::ios::binary);
    char head[4] = {};
    stream.read(head, sizeof head);
    return stream && head[0] == 0 && head[1] == 0 && head[2] == 8 && head[3] >= 1 && head[3] <= 4 &&
           file.extension() != ".bin";
}

}  // namespace

void Dataset::read(std::int64_t sample, std::span<double> values) const {
    const std::uint8_t* const from = bytes.data() + offset + sample * stride;
    if (element == Element::byte) {
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = from[i];
    } else if (element == Element::float32) {
        for (std::size_t i = 0; i < values.size(); ++i) {
            float value = 0.0f;
            std::memcpy(&value, from + i * sizeof value, sizeof value);
            values[i] = static_cast<double>(value);
        }
    } else {
        std::memcpy(values.data(), from, values.size() * sizeof(double));
    }
}

Dataset open_dataset(const DatasetRequest& request) {
    const fs::path& path = request.path;
    if (!request.split.empty() && request.split != "test" && request.split != "train") {
        throw UsageError("split \"" + request.split + "\", must be test or train");
    }
    std::error_code error;
    if (!fs::exists(path, error)) throw Error(path.string() + ": there is no such file or folder");
    if (fs::is_directory(path)) return open_folder(request);
    const std::string extension = path.extension().string();
    if (extension == ".npy" || extension == ".npz") return read_numpy(request);
    if (is_idx(path)) return read_idx(request);
    if (extension == ".bin" || static_cast<std::int64_t>(fs::file_size(path)) % cifar10_record == 0)
        return open_cifar_file(path);
    throw Error(path.string() +
                ": the format is not recognised; IDX (also .gz), CIFAR binary (.bin), .npy, .npz and folders of these "
                "or of PNG images are");
}

void require_labels_below(const Dataset& dataset, std::int64_t classes) {
    for (std::size_t i = 0; i < dataset.labels.size(); ++i) {
        if (dataset.labels[i] >= 0 && dataset.labels[i] < classes) continue;
        throw Error(dataset.files.back().string() + ": sample " + std::to_string(i) + " has label " +
                    std::to_string(dataset.labels[i]) + ", but the network has " + std::to_string(classes) +
                    " classes (0 to " + std::to_string(classes - 1) + ")");
    }
}

}  // namespace syncopate
