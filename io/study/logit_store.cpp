#include "io/study/logit_store.hpp"

#include "io/formats/data/npy_header.hpp"

#include <array>
#include <bit>
#include <string_view>
#include <system_error>
#include <vector>

namespace syncopate {

static_assert(std::endian::native == std::endian::little, "logits are written as they lie in memory");

namespace {

constexpr std::string_view magic = "syncopate-study-logits/1\n";

bool holds(const std::filesystem::path& path, const std::string& start, std::uint64_t size) {
    // A file of another study is no mistake, it is replaced; so is one that is too short, which a copy that was stopped
    // leaves behind.
    std::error_code error;
    if (std::filesystem::file_size(path, error) != size || error) return false;
    std::string found(start.size(), '\0');
    RandomAccessFile(path, false).read(0, std::as_writable_bytes(std::span(found)));
    return found == start;
}

}  // namespace

double LogitStore::bytes_of(const Layout& layout) {
    return static_cast<double>(layout.samples) *
           (1.0 + 8.0 * static_cast<double>(layout.runs) * static_cast<double>(layout.classes));
}

/// The file: magic and identity, logits as .npy has them, and a byte for each sample that is there.
LogitStore::LogitStore(const std::filesystem::path& path, const std::string& identity, Layout layout, bool is_new)
    : layout_(layout) {
    const std::array dimensions = {static_cast<std::int64_t>(layout.samples), static_cast<std::int64_t>(layout.runs),
                                   static_cast<std::int64_t>(layout.classes)};
    const std::vector<std::byte> header = npy_header(ElementType::float64, dimensions);
    // The array is a whole .npy in the middle of the file, header and data together, so that it can be copied into an
    // archive as it is. What says which samples are there comes behind it, for the array must have nothing in between.
    const std::string start = std::string(magic) + identity + "\n";
    array_ = start.size();
    data_ = array_ + header.size();
    end_ = data_ + layout.samples * layout.runs * layout.classes * sizeof(double);
    const std::uint64_t size = end_ + layout.samples;
    const bool is_there = !is_new && holds(path, start, size);
    file_.emplace(path, !is_there);
    if (is_there) return;
    file_->write(0, std::as_bytes(std::span(start)));
    file_->write(array_, header);
    // What was never written reads as 0, so the bytes at the end say "not there" of every sample, and the disk gives
    // room only as samples come.
    file_->resize(size);
}

bool LogitStore::has(std::uint64_t sample) const {
    std::byte is_there{0};
    file_->read(end_ + sample, {&is_there, 1});
    return is_there != std::byte{0};
}

void LogitStore::write(std::uint64_t sample, std::span<const double> logits) {
    // The byte comes last: who is killed in between leaves a sample that is not there, never one that is there in part.
    // For a machine that dies this is no guarantee, since a disk may write in another order; therefore a study believes
    // only samples that its checkpoint names, and synchronises before it writes that. Samples lie apart, so threads
    // need no lock.
    constexpr std::byte is_there{1};
    file_->write(data_ + sample * layout_.runs * layout_.classes * sizeof(double), std::as_bytes(logits));
    file_->write(end_ + sample, {&is_there, 1});
}

void LogitStore::read(std::uint64_t sample, std::uint64_t run, std::span<double> logits) const {
    const std::uint64_t place = (sample * layout_.runs + run) * layout_.classes;
    file_->read(data_ + place * sizeof(double), std::as_writable_bytes(logits));
}

}  // namespace syncopate
