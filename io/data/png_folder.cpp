#include "core/error.hpp"
#include "io/data/dataset.hpp"
#include "io/data/file_bytes.hpp"

#include <png.h>

#include <algorithm>

namespace syncopate {

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> sorted_entries(const fs::path& folder) {
    std::vector<fs::path> entries;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) entries.push_back(entry.path());
    std::ranges::sort(entries);
    return entries;
}

bool is_png(const fs::path& file) {
    std::string extension = file.extension().string();
    std::ranges::transform(extension, extension.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return extension == ".png";
}

struct FreeImage {
    png_image* image;
    ~FreeImage() { png_image_free(image); }
};

/// Pixels of one image, C·H·W, eight bits, without transparency. Grey stays one channel.
Shape read_png(const fs::path& file, std::vector<std::uint8_t>& planes) {
    const std::vector<std::uint8_t> bytes = read_bytes(file, std::uint64_t{1} << 28);
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    const FreeImage free{&image};
    if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) == 0)
        throw Error(file.string() + ": is not a readable PNG image: " + image.message);
    if (image.width > 16384 || image.height > 16384)
        throw Error(file.string() + ": " + std::to_string(image.width) + " x " + std::to_string(image.height) +
                    " pixels; at most 16384 x 16384");
    const bool is_colour = (image.format & PNG_FORMAT_FLAG_COLOR) != 0;
    image.format = is_colour ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    const Shape shape{is_colour ? 3 : 1, static_cast<std::int32_t>(image.height),
                      static_cast<std::int32_t>(image.width)};
    std::vector<std::uint8_t> pixels(PNG_IMAGE_SIZE(image));
    const png_color black{0, 0, 0};
    if (png_image_finish_read(&image, &black, pixels.data(), 0, nullptr) == 0)
        throw Error(file.string() + ": is damaged: " + image.message);
    planes.resize(pixels.size());
    const auto channels = static_cast<std::size_t>(shape.channels);
    const auto area = static_cast<std::size_t>(shape.area());
    for (std::size_t i = 0; i < area; ++i) {
        for (std::size_t c = 0; c < channels; ++c) planes[c * area + i] = pixels[i * channels + c];
    }
    return shape;
}

}  // namespace

Dataset read_png_folder(const fs::path& folder) {
    Dataset dataset;
    dataset.format = "PNG folder";
    std::vector<std::uint8_t> planes;
    for (const fs::path& entry : sorted_entries(folder)) {
        if (!fs::is_directory(entry)) continue;
        const auto label = static_cast<std::int32_t>(dataset.class_names.size());
        dataset.class_names.push_back(entry.filename().string());
        for (const fs::path& file : sorted_entries(entry)) {
            if (!is_png(file)) continue;
            const Shape shape = read_png(file, planes);
            if (dataset.count == 0) dataset.shape = shape;
            if (shape != dataset.shape) {
                throw Error(file.string() + ": " + to_string(shape) + ", but " + dataset.files.front().string() +
                            " is " + to_string(dataset.shape) + "; all images of a data set must have one shape");
            }
            if (dataset.bytes.size() + planes.size() > largest_data)
                throw Error(folder.string() + ": the images take more than " + std::to_string(largest_data) + " bytes");
            dataset.bytes.insert(dataset.bytes.end(), planes.begin(), planes.end());
            dataset.labels.push_back(label);
            dataset.files.push_back(file);
            ++dataset.count;
        }
    }
    if (dataset.count == 0)
        throw Error(folder.string() +
                    ": no PNG image lies in a subfolder; expected one subfolder of PNG images a class");
    dataset.stride = dataset.shape.size();
    return dataset;
}

}  // namespace syncopate
