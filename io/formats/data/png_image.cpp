#include "io/formats/data/png_image.hpp"

#include "core/assert.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "io/files/byte_source.hpp"

#include <png.h>

#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>

namespace syncopate {

namespace {

/// What libpng's callbacks reach: the file, how far it is read, and the message of the error that ended the reading.
struct Input {
    const ByteSource* file = nullptr;
    std::uint64_t offset = 0;
    std::array<char, 160> message = {};
};

/// libpng reports errors by a long jump, so no frame between here and `guarded` may own anything.
[[noreturn]] void on_error(png_structp png, png_const_charp text) {
    auto* input = static_cast<Input*>(png_get_error_ptr(png));
    std::strncpy(input->message.data(), text, input->message.size() - 1);
    png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

/// libpng is C: no exception may pass through it, and png_error leaves by longjmp, over no object of ours.
bool read_bytes(Input& input, std::span<std::byte> bytes) try {
    input.file->read(input.offset, bytes);
    input.offset += bytes.size();
    return true;
} catch (const Error&) {
    return false;
}

void on_read(png_structp png, png_bytep data, std::size_t length) {
    auto* input = static_cast<Input*>(png_get_io_ptr(png));
    if (!read_bytes(*input, std::as_writable_bytes(std::span(data, length)))) png_error(png, "the file is truncated");
}

/// Owns libpng's two structures.
class Reader {
public:
    explicit Reader(Input& input)
        : png_(png_create_read_struct(PNG_LIBPNG_VER_STRING, &input, on_error, on_warning)),
          info_(png_ == nullptr ? nullptr : png_create_info_struct(png_)) {
        SYNCOPATE_ASSERT(info_ != nullptr);
        png_set_read_fn(png_, &input, on_read);
        png_set_user_limits(png_, largest_picture_side, largest_picture_side);
        png_set_chunk_malloc_max(png_, 1U << 20U);
    }
    ~Reader() { png_destroy_read_struct(&png_, &info_, nullptr); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    png_structp png() const { return png_; }
    png_infop info() const { return info_; }

private:
    png_structp png_;
    png_infop info_;
};

/// Calls `step` and returns false if libpng found an error in it. `step` must not own anything (see on_error).
bool guarded(const Reader& reader, void (*step)(png_structp, png_infop, void*), void* argument) {
    if (setjmp(png_jmpbuf(reader.png())) != 0) return false;
    step(reader.png(), reader.info(), argument);
    return true;
}

void read_info(png_structp png, png_infop info, void* /*unused*/) { png_read_info(png, info); }

/// Asks for 8-bit rows of as many channels as `argument`, an int, says.
void set_transformations(png_structp png, png_infop info, void* argument) {
    const int channels = *static_cast<const int*>(argument);
    png_set_expand(png);
    png_set_scale_16(png);
    png_set_strip_alpha(png);
    if (channels == 3) png_set_gray_to_rgb(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
}

void read_rows(png_structp png, png_infop info, void* argument) {
    png_read_image(png, static_cast<png_bytepp>(argument));
    png_read_end(png, info);
}

[[noreturn]] void fail(const std::filesystem::path& path, const Input& input) {
    throw Error(path.string() + ": is no PNG that can be read: " + input.message.data());
}

PictureHeader header_of(const Reader& reader) {
    const unsigned int type = png_get_color_type(reader.png(), reader.info());
    return {.height = static_cast<std::int32_t>(png_get_image_height(reader.png(), reader.info())),
            .width = static_cast<std::int32_t>(png_get_image_width(reader.png(), reader.info())),
            .is_colour = (type & PNG_COLOR_MASK_COLOR) != 0};
}

/// Rows of interleaved pixels as planes.
Picture planes(std::span<const png_byte> rows, const Shape& shape) {
    Picture image{.shape = shape, .pixels = std::vector<std::uint8_t>(rows.size())};
    const auto channels = to_size(shape.channels);
    const auto area = to_size(shape.area());
    for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t i = 0; i < area; ++i) image.pixels[c * area + i] = rows[i * channels + c];
    return image;
}

}  // namespace

PictureHeader read_png_header(const std::filesystem::path& path) {
    const auto file = open_file(path);
    Input input{.file = file.get()};
    const Reader reader(input);
    if (!guarded(reader, read_info, nullptr)) fail(path, input);
    return header_of(reader);
}

Picture read_png(const std::filesystem::path& path, std::int32_t channels) {
    SYNCOPATE_ASSERT(channels == 1 || channels == 3);
    const auto file = open_file(path);
    Input input{.file = file.get()};
    const Reader reader(input);
    if (!guarded(reader, read_info, nullptr)) fail(path, input);
    const PictureHeader header = header_of(reader);
    if (header.is_colour && channels == 1)
        throw Error(path.string() + ": is in colour, wanted is a grey picture: convert it");
    if (!guarded(reader, set_transformations, &channels)) fail(path, input);
    const Shape shape{channels, header.height, header.width};
    const std::size_t row = png_get_rowbytes(reader.png(), reader.info());
    SYNCOPATE_ASSERT(row == to_size(shape.width) * to_size(channels));
    std::vector<png_byte> bytes(row * to_size(shape.height));
    std::vector<png_bytep> rows;
    for (std::size_t y = 0; y < to_size(shape.height); ++y) rows.push_back(bytes.data() + y * row);
    if (!guarded(reader, read_rows, rows.data())) fail(path, input);
    return planes(bytes, shape);
}

}  // namespace syncopate
