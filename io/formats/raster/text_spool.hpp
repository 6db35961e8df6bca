#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace syncopate {

/// Room on disk for texts that outgrow memory. The file has no name, so nothing is left behind whatever happens.
class SpoolFile {
public:
    /// `beside` names the folder and the file for messages.
    explicit SpoolFile(std::filesystem::path beside) : beside_(std::move(beside)) {}
    std::uint64_t append(std::string_view text);  // position at which it lies
    void copy(std::uint64_t position, std::uint64_t bytes, std::ostream& out);
    void clear() { end_ = 0; }

private:
    void open();

    std::filesystem::path beside_;
    std::fstream stream_;
    std::uint64_t end_ = 0;
};

/// A text that grows at its end, of which only the last part is in memory.
class TextSpool {
public:
    explicit TextSpool(SpoolFile& file) : file_(&file) {}
    void append(std::string_view text);
    void append(std::int64_t number);
    std::uint64_t size() const { return spooled_ + tail_.size(); }
    void copy_to(std::ostream& out) const;
    void clear();

private:
    struct Extent {
        std::uint64_t position = 0;
        std::uint64_t bytes = 0;
    };
    SpoolFile* file_;
    std::vector<Extent> extents_;
    std::uint64_t spooled_ = 0;
    std::string tail_;
};

}  // namespace syncopate
