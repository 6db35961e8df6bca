#pragma once

#include "io/files/random_access_file.hpp"

#include <memory>
#include <string>

struct zip;  // libzip's archive

namespace syncopate {

/// A new zip archive that libzip writes straight into a file. Left to itself it would write another beside it, of a
/// name that it tells nobody, which a signal would leave behind.
class ZipOutput {
public:
    /// `name`: what messages call the archive. Throws Error naming it.
    ZipOutput(RandomAccessFile& file, std::string name);
    ~ZipOutput();
    ZipOutput(const ZipOutput&) = delete;
    ZipOutput& operator=(const ZipOutput&) = delete;

    /// To be given members.
    zip* archive() const;
    /// Writes it. Throws Error naming the file if it cannot.
    void close();

private:
    class Target;
    std::string name_;
    std::unique_ptr<Target> target_;
    zip* archive_ = nullptr;
};

}  // namespace syncopate
