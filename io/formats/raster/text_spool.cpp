#include "io/formats/raster/text_spool.hpp"

#include "core/error.hpp"
#include "core/index.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <ostream>

namespace syncopate {

namespace {

constexpr std::size_t longest_tail = 1 << 16;  // of one text; a layer has at most three

}  // namespace

void SpoolFile::open() {
    std::string name = beside_.string() + ".XXXXXX";
    const int descriptor = ::mkstemp(name.data());
    if (descriptor < 0) throw Error(beside_.string() + ": no room for intermediate data: " + std::strerror(errno));
    ::close(descriptor);
    stream_.open(name, std::ios::in | std::ios::out | std::ios::binary | std::ios::trunc);
    ::unlink(name.c_str());
    if (!stream_) throw Error(beside_.string() + ": intermediate data cannot be written");
}

std::uint64_t SpoolFile::append(std::string_view text) {
    if (!stream_.is_open()) open();
    const std::uint64_t position = end_;
    stream_.seekp(static_cast<std::streamoff>(position));
    stream_.write(text.data(), static_cast<std::streamsize>(text.size()));
    if (!stream_) throw Error(beside_.string() + ": intermediate data could not be written; is the disk full?");
    end_ += text.size();
    return position;
}

void SpoolFile::copy(std::uint64_t position, std::uint64_t bytes, std::ostream& out) {
    std::array<char, 1 << 14> block{};
    stream_.seekg(static_cast<std::streamoff>(position));
    while (bytes > 0) {
        const auto part = static_cast<std::streamsize>(std::min<std::uint64_t>(bytes, block.size()));
        if (!stream_.read(block.data(), part))
            throw Error(beside_.string() + ": intermediate data cannot be read back");
        out.write(block.data(), part);
        bytes -= static_cast<std::uint64_t>(part);
    }
}

void TextSpool::append(std::string_view text) {
    tail_ += text;
    if (tail_.size() < longest_tail) return;
    extents_.push_back({file_->append(tail_), tail_.size()});
    spooled_ += tail_.size();
    tail_.clear();
}

void TextSpool::append(std::int64_t number) {
    std::array<char, 24> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    append(std::string_view(digits.data(), to_size(end - digits.data())));
}

void TextSpool::copy_to(std::ostream& out) const {
    for (const Extent& extent : extents_) file_->copy(extent.position, extent.bytes, out);
    out << tail_;
}

void TextSpool::clear() {
    extents_.clear();
    spooled_ = 0;
    tail_.clear();
}

}  // namespace syncopate
