#include "io/formats/data/picture_dataset.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "io/formats/data/class_folders.hpp"
#include "io/formats/data/folder.hpp"
#include "io/formats/data/picture.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace syncopate {

namespace {

class PictureSamples final : public SampleReader {
public:
    PictureSamples(std::vector<std::filesystem::path> files, std::int32_t channels, const Framing& framing)
        : files_(std::move(files)), channels_(channels), framing_(framing) {}

    void read(std::int64_t sample, std::span<double> values) const override {
        const Picture picture = read_picture(files_[to_size(sample)], channels_);
        const std::vector<double> pixels(picture.pixels.begin(), picture.pixels.end());
        frame(pixels, picture.shape, framing_, true, values);
    }

private:
    std::vector<std::filesystem::path> files_;
    std::int32_t channels_;
    Framing framing_;
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

/// The pictures of one class. Files that are none are passed over.
std::vector<std::filesystem::path> pictures_of(const std::filesystem::path& folder) {
    constexpr std::array<std::string_view, 5> others = {".bmp", ".tif", ".tiff", ".webp", ".gif"};
    std::vector<std::filesystem::path> pictures;
    for (const auto& path : entries_of(folder)) {
        if (std::ranges::find(others, lower_case(path.extension().string())) != others.end())
            throw Error(path.string() + ": only PNGs and JPEGs are read: convert the pictures");
        if (has_picture_name(path)) pictures.push_back(path);
    }
    return pictures;
}

/// The size that all pictures get, and whether one is in colour.
PictureHeader common_header(const std::vector<std::filesystem::path>& files, const Framing& framing) {
    const auto framed = [&](const std::filesystem::path& file) {
        PictureHeader header = read_picture_header(file);
        const Shape shape =
            framed_shape({1, header.height, header.width}, framing, file.string() + ": the network's preprocessing ");
        header.height = shape.height;
        header.width = shape.width;
        return header;
    };
    PictureHeader common = framed(files.front());
    for (const auto& file : files) {
        const PictureHeader header = framed(file);
        if (header.height != common.height || header.width != common.width)
            throw Error(file.string() + ": is " + std::to_string(header.height) + "x" + std::to_string(header.width) +
                        " (height x width" + (framing.is_needed() ? ", after the resize" : "") + "), but " +
                        files.front().string() + " is " + std::to_string(common.height) + "x" +
                        std::to_string(common.width) +
                        ": bring them to one size, or convert the network with --resize and --center-crop");
        common.is_colour = common.is_colour || header.is_colour;
    }
    return common;
}

/// "PNG", "JPEG", or both.
std::string format_of(const std::vector<std::filesystem::path>& files) {
    bool has_png = false, has_jpeg = false;
    for (const auto& file : files) {
        const bool is_png = std::string_view(picture_format(file)) == "PNG";
        has_png = has_png || is_png;
        has_jpeg = has_jpeg || !is_png;
    }
    return has_png && has_jpeg ? "PNG and JPEG" : has_png ? "PNG" : "JPEG";
}

}  // namespace

Dataset open_picture_dataset(const DatasetRequest& request) {
    const auto folder = folder_of_split(request.path, request.split);
    ClassFolders classes = class_folders_in(folder, request.class_names);
    Dataset dataset;
    dataset.label_place = folder.string();
    dataset.class_names = std::move(classes.names);
    dataset.has_class_folders = true;
    dataset.notes.push_back(std::move(classes.note));
    for (const ClassFolder& own : classes.folders) {
        const auto pictures = pictures_of(own.path);
        if (pictures.empty())
            dataset.warnings.push_back(own.path.string() + ": has no PNGs or JPEGs: class " +
                                       std::to_string(own.label) + " has no samples, the other labels stay");
        dataset.files.insert(dataset.files.end(), pictures.begin(), pictures.end());
        dataset.labels.insert(dataset.labels.end(), pictures.size(), own.label);
    }
    if (dataset.files.empty())
        throw Error(folder.string() + ": has no PNGs or JPEGs: wanted is one subfolder of pictures for each class");
    dataset.format = format_of(dataset.files);
    const PictureHeader header = common_header(dataset.files, request.framing);
    const bool has_three = header.is_colour || (request.network_input && request.network_input->channels == 3);
    dataset.shape = {has_three ? 3 : 1, header.height, header.width};
    dataset.is_framed = true;
    dataset.count = std::ssize(dataset.files);
    dataset.reader = std::make_unique<PictureSamples>(dataset.files, dataset.shape.channels, request.framing);
    return dataset;
}

}  // namespace syncopate
