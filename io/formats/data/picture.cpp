#include "io/formats/data/picture.hpp"

#include "io/files/byte_source.hpp"
#include "io/formats/data/folder.hpp"
#include "io/formats/data/jpeg_image.hpp"
#include "io/formats/data/png_image.hpp"

namespace syncopate {

namespace {

/// By content: pictures are often named after the other format.
bool is_jpeg(const std::filesystem::path& path) {
    const auto start = first_bytes(*open_file(path), 2);
    return start.size() == 2 && start[0] == std::byte{0xff} && start[1] == std::byte{0xd8};
}

}  // namespace

bool has_picture_name(const std::filesystem::path& path) {
    const std::string extension = lower_case(path.extension().string());
    return extension == ".png" || extension == ".jpg" || extension == ".jpeg";
}

PictureHeader read_picture_header(const std::filesystem::path& path) {
    return is_jpeg(path) ? read_jpeg_header(path) : read_png_header(path);
}

Picture read_picture(const std::filesystem::path& path, std::int32_t channels) {
    return is_jpeg(path) ? read_jpeg(path, channels) : read_png(path, channels);
}

const char* picture_format(const std::filesystem::path& path) { return is_jpeg(path) ? "JPEG" : "PNG"; }

}  // namespace syncopate
