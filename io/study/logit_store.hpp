#pragma once

#include "io/files/random_access_file.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace syncopate {

/// Logits of every sample and run of a study, in a file beside its checkpoint, so that a study that goes on still has
/// those of the samples that are done. Samples may be written by several threads at once.
class LogitStore {
public:
    struct Layout {
        std::uint64_t samples = 0;
        std::uint64_t runs = 0;
        std::uint64_t classes = 0;
    };

    /// Opens the store of the study that `identity` (64 hexadecimal digits) names; makes a new one, in place of what
    /// was there, if `is_new` or there is none of this study.
    LogitStore(const std::filesystem::path& path, const std::string& identity, Layout layout, bool is_new);

    /// What it takes on the disk.
    static double bytes_of(const Layout& layout);

    bool has(std::uint64_t sample) const;
    /// `logits`: of all runs of a sample, one run after the other.
    void write(std::uint64_t sample, std::span<const double> logits);
    void read(std::uint64_t sample, std::uint64_t run, std::span<double> logits) const;
    /// Returns when what was written has reached the disk.
    void synchronise() { file_->synchronise(); }

    /// Where the array logits[sample, run, class] lies in the file, as .npy has it.
    const std::filesystem::path& path() const { return file_->path(); }
    std::uint64_t array_begin() const { return array_; }
    std::uint64_t array_size() const { return end_ - array_; }

private:
    Layout layout_;
    std::optional<RandomAccessFile> file_;
    std::uint64_t array_ = 0;  // where its header begins
    std::uint64_t data_ = 0;
    std::uint64_t end_ = 0;
};

}  // namespace syncopate
