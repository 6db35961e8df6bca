#include "io/data/png_dataset.hpp"

#include "core/error.hpp"
#include "io/data/bilinear.hpp"
#include "io/data/folder.hpp"
#include "io/data/png_image.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace syncopate {

namespace {

class PngSamples final : public SampleReader {
public:
    PngSamples(std::vector<std::filesystem::path> files, const Shape& shape)
        : files_(std::move(files)), shape_(shape) {}

    void read(std::int64_t sample, std::span<double> values) const override {
        const PngImage image = read_png(files_[static_cast<std::size_t>(sample)], shape_.channels);
        if (image.shape == shape_) {
            std::ranges::copy(image.pixels, values.begin());
            return;
        }
        const std::vector<double> pixels(image.pixels.begin(), image.pixels.end());
        Bilinear(image.shape, {shape_.height, shape_.width})(pixels, values);
    }

private:
    std::vector<std::filesystem::path> files_;
    Shape shape_;
};

bool is_named(const std::filesystem::path& folder, std::string_view name) {
    return lower_case(folder.filename().string()) == name;
}

/// The folder of classes: the given one, or its `train`, `test` or `val`.
std::filesystem::path folder_of_split(const std::filesystem::path& folder, const std::string& split) {
    const auto subfolders = subfolders_of(folder);
    const bool has_splits = std::ranges::all_of(subfolders, [](const std::filesystem::path& path) {
        return is_named(path, "train") || is_named(path, "test") || is_named(path, "val");
    });
    if (!has_splits) {
        if (split.empty()) return folder;
        throw UsageError("split '" + split + "': " + folder.string() + " has no subfolders train and test");
    }
    constexpr std::array<std::string_view, 2> test = {"test", "val"};
    constexpr std::array<std::string_view, 1> train = {"train"};
    const std::span<const std::string_view> names =
        split == "train" ? std::span<const std::string_view>(train) : std::span<const std::string_view>(test);
    for (const auto name : names)
        for (const auto& subfolder : subfolders)
            if (is_named(subfolder, name)) return subfolder;
    throw Error(folder.string() + ": has no folder " + std::string(names.front()) + ", only " + list_names(subfolders) +
                ": choose the other split, or give the folder of the classes itself");
}

/// The PNGs of one class. Files that are no pictures are passed over.
std::vector<std::filesystem::path> pictures_of(const std::filesystem::path& folder) {
    constexpr std::array<std::string_view, 7> others = {".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".gif"};
    std::vector<std::filesystem::path> pictures;
    for (const auto& path : entries_of(folder)) {
        const std::string extension = lower_case(path.extension().string());
        if (std::ranges::find(others, extension) != others.end())
            throw Error(path.string() +
                        ": only PNGs are read: convert the pictures, at the size of the network's input");
        if (extension == ".png") pictures.push_back(path);
    }
    if (pictures.empty())
        throw Error(folder.string() + ": has no PNGs: each subfolder is a class, fill or remove this one");
    return pictures;
}

/// The size that all pictures get, and whether one is in colour.
PngHeader common_header(const std::vector<std::filesystem::path>& files, const std::optional<Extent>& resize) {
    PngHeader common = read_png_header(files.front());
    bool is_one_size = true;
    for (const auto& file : files) {
        const PngHeader header = read_png_header(file);
        const bool is_same = header.height == common.height && header.width == common.width;
        if (!is_same && !resize)
            throw Error(file.string() + ": is " + std::to_string(header.height) + "x" + std::to_string(header.width) +
                        " (height x width), but " + files.front().string() + " is " + std::to_string(common.height) +
                        "x" + std::to_string(common.width) +
                        ": bring them to one size, or convert the network with a resize");
        is_one_size = is_one_size && is_same;
        common.is_colour = common.is_colour || header.is_colour;
    }
    if (is_one_size) return common;
    return {.height = resize->height, .width = resize->width, .is_colour = common.is_colour};
}

}  // namespace

Dataset open_png_dataset(const DatasetRequest& request) {
    const auto folder = folder_of_split(request.path, request.split);
    Dataset dataset;
    dataset.format = "PNG";
    dataset.label_place = folder.string();
    for (const auto& subfolder : subfolders_of(folder)) {
        const auto pictures = pictures_of(subfolder);
        const auto label = static_cast<std::int32_t>(dataset.class_names.size());
        dataset.class_names.push_back(subfolder.filename().string());
        dataset.files.insert(dataset.files.end(), pictures.begin(), pictures.end());
        dataset.labels.insert(dataset.labels.end(), pictures.size(), label);
    }
    if (dataset.files.empty())
        throw Error(folder.string() + ": has no subfolders: wanted is one subfolder of PNGs for each class");
    const PngHeader header = common_header(dataset.files, request.resize);
    const bool has_three = header.is_colour || (request.network_input && request.network_input->channels == 3);
    dataset.shape = {has_three ? 3 : 1, header.height, header.width};
    dataset.count = std::ssize(dataset.files);
    dataset.reader = std::make_unique<PngSamples>(dataset.files, dataset.shape);
    return dataset;
}

}  // namespace syncopate
