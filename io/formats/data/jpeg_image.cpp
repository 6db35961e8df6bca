#include "io/formats/data/jpeg_image.hpp"

#include "core/assert.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "io/files/byte_source.hpp"

#include <cstddef>
#include <cstdio>
// jpeglib.h needs what <cstdio> declares.
#include <jpeglib.h>

#include <jerror.h>

#include <array>
#include <csetjmp>
#include <string>
#include <vector>

namespace syncopate {

namespace {

constexpr std::uint64_t largest_file = std::uint64_t{1} << 28U;

/// libjpeg's errors, and the place to jump back to. The library knows only its first member.
struct ErrorState {
    jpeg_error_mgr manager = {};
    std::jmp_buf return_point = {};
    std::array<char, JMSG_LENGTH_MAX> message = {};
};

/// libjpeg reports errors by a long jump, so no frame between here and `guarded` may own anything.
[[noreturn]] void on_error(j_common_ptr jpeg) {
    auto* state = reinterpret_cast<ErrorState*>(jpeg->err);  // NOLINT: standard layout, first member
    jpeg->err->format_message(jpeg, state->message.data());
    std::longjmp(state->return_point, 1);
}

/// A warning means that pixels are made up, but for a few that do no harm.
void on_message(j_common_ptr jpeg, int level) {
    if (level >= 0) return;
    const int code = jpeg->err->msg_code;
    const bool is_harmless = code == JWRN_EXTRANEOUS_DATA || code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM;
    if (!is_harmless) on_error(jpeg);
}

void on_output(j_common_ptr) {}

/// Owns libjpeg's structure and the bytes it reads.
class Reader {
public:
    explicit Reader(const std::filesystem::path& path) : path_(path), bytes_(read_file(path, largest_file)) {
        jpeg_.err = jpeg_std_error(&state_.manager);
        state_.manager.error_exit = on_error;
        state_.manager.emit_message = on_message;
        state_.manager.output_message = on_output;
        run(
            [](jpeg_decompress_struct& jpeg, void* bytes) {
                jpeg_create_decompress(&jpeg);
                const auto& all = *static_cast<const std::vector<std::byte>*>(bytes);
                jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(all.data()), all.size());  // NOLINT: bytes
                jpeg_read_header(&jpeg, TRUE);
            },
            &bytes_);
        check_size();
    }
    ~Reader() { jpeg_destroy_decompress(&jpeg_); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    PictureHeader header() const {
        return {.height = static_cast<std::int32_t>(jpeg_.image_height),
                .width = static_cast<std::int32_t>(jpeg_.image_width),
                .is_colour = jpeg_.num_components == 3};
    }

    /// Rows of interleaved pixels, grey or RGB.
    std::vector<unsigned char> rows() {
        const PictureHeader picture = header();
        jpeg_.out_color_space = picture.is_colour ? JCS_RGB : JCS_GRAYSCALE;
        const std::size_t row = to_size(picture.width) * (picture.is_colour ? 3 : 1);
        std::vector<unsigned char> pixels(row * to_size(picture.height));
        struct Rows {
            unsigned char* begin;
            std::size_t size;
        } rows{pixels.data(), row};
        run(
            [](jpeg_decompress_struct& jpeg, void* argument) {
                const Rows& to = *static_cast<const Rows*>(argument);
                jpeg_start_decompress(&jpeg);
                while (jpeg.output_scanline < jpeg.output_height) {
                    JSAMPROW line = to.begin + jpeg.output_scanline * to.size;
                    jpeg_read_scanlines(&jpeg, &line, 1);
                }
                jpeg_finish_decompress(&jpeg);
            },
            &rows);
        return pixels;
    }

private:
    using Step = void (*)(jpeg_decompress_struct& jpeg, void* argument);

    /// Calls `step`, which must not own anything (see on_error).
    bool guarded(Step step, void* argument) {
        if (setjmp(state_.return_point) != 0) return false;
        step(jpeg_, argument);
        return true;
    }

    void run(Step step, void* argument) {
        if (guarded(step, argument)) return;
        const std::string message = state_.message.data();
        jpeg_destroy_decompress(&jpeg_);  // no destructor runs if the constructor throws; a second call does nothing
        throw Error(path_.string() + ": is no JPEG that can be read: " + message);
    }

    void check_size() {
        std::string fault;
        if (jpeg_.image_height > largest_picture_side || jpeg_.image_width > largest_picture_side)
            fault = "is " + std::to_string(jpeg_.image_height) + "x" + std::to_string(jpeg_.image_width) +
                    " (height x width), at most " + std::to_string(largest_picture_side) + " are read: make it smaller";
        if (jpeg_.num_components == 4) fault = "is a CMYK picture: convert it to RGB";
        if (jpeg_.num_components == 2 || jpeg_.num_components > 4)
            fault = "has " + std::to_string(jpeg_.num_components) + " colour components: convert it to RGB";
        if (fault.empty()) return;
        jpeg_destroy_decompress(&jpeg_);
        throw Error(path_.string() + ": " + fault);
    }

    const std::filesystem::path& path_;
    std::vector<std::byte> bytes_;
    ErrorState state_;
    jpeg_decompress_struct jpeg_ = {};
};

}  // namespace

PictureHeader read_jpeg_header(const std::filesystem::path& path) { return Reader(path).header(); }

Picture read_jpeg(const std::filesystem::path& path, std::int32_t channels) {
    SYNCOPATE_ASSERT(channels == 1 || channels == 3);
    Reader reader(path);
    const PictureHeader header = reader.header();
    if (header.is_colour && channels == 1)
        throw Error(path.string() + ": is in colour, wanted is a grey picture: convert it");
    const std::vector<unsigned char> rows = reader.rows();
    const std::size_t stored = header.is_colour ? 3 : 1;
    Picture picture{.shape = {channels, header.height, header.width}, .pixels = {}};
    const auto area = to_size(picture.shape.area());
    picture.pixels.resize(area * to_size(channels));
    for (std::size_t c = 0; c < to_size(channels); ++c)
        for (std::size_t i = 0; i < area; ++i) picture.pixels[c * area + i] = rows[i * stored + (stored == 3 ? c : 0)];
    return picture;
}

}  // namespace syncopate
