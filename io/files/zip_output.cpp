#include "io/files/zip_output.hpp"

#include "core/error.hpp"
#include "core/index.hpp"

#include <zip.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <utility>

namespace syncopate {

/// What libzip asks to write.
class ZipOutput::Target {
public:
    explicit Target(RandomAccessFile& file) : file_(file) { zip_error_init(&error_); }
    ~Target() { zip_error_fini(&error_); }
    Target(const Target&) = delete;
    Target& operator=(const Target&) = delete;

    static zip_int64_t serve(void* self, void* data, zip_uint64_t length, zip_source_cmd_t command);
    /// Throws what could not be written, if anything.
    void rethrow() const {
        if (failure_) std::rethrow_exception(failure_);
    }

private:
    zip_int64_t answer(void* data, zip_uint64_t length, zip_source_cmd_t command);
    zip_int64_t write(const void* data, zip_uint64_t length);

    RandomAccessFile& file_;
    std::uint64_t position_ = 0;
    std::uint64_t end_ = 0;
    zip_error_t error_ = {};
    std::exception_ptr failure_;
};

/// libzip is C: no exception may pass through it.
zip_int64_t ZipOutput::Target::serve(void* self, void* data, zip_uint64_t length, zip_source_cmd_t command) {
    return static_cast<Target*>(self)->answer(data, length, command);
}

zip_int64_t ZipOutput::Target::answer(void* data, zip_uint64_t length, zip_source_cmd_t command) {
    switch (command) {
        case ZIP_SOURCE_SUPPORTS:
            return zip_source_make_command_bitmap(ZIP_SOURCE_SUPPORTS, ZIP_SOURCE_OPEN, ZIP_SOURCE_READ,
                                                  ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE,
                                                  ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_BEGIN_WRITE,
                                                  ZIP_SOURCE_COMMIT_WRITE, ZIP_SOURCE_ROLLBACK_WRITE, ZIP_SOURCE_WRITE,
                                                  ZIP_SOURCE_SEEK_WRITE, ZIP_SOURCE_TELL_WRITE, ZIP_SOURCE_REMOVE, -1);
        case ZIP_SOURCE_STAT: {
            auto* const status = static_cast<zip_stat_t*>(data);
            zip_stat_init(status);
            status->size = end_;
            status->valid |= ZIP_STAT_SIZE;
            return sizeof *status;
        }
        case ZIP_SOURCE_ERROR:
            return zip_error_to_data(&error_, data, length);
        case ZIP_SOURCE_BEGIN_WRITE:
            position_ = end_ = 0;
            return 0;
        case ZIP_SOURCE_WRITE:
            return write(data, length);
        case ZIP_SOURCE_SEEK_WRITE: {
            const zip_int64_t place = zip_source_seek_compute_offset(position_, end_, data, length, &error_);
            if (place < 0) return -1;
            position_ = static_cast<std::uint64_t>(place);
            return 0;
        }
        case ZIP_SOURCE_TELL_WRITE:
            return static_cast<zip_int64_t>(position_);
        case ZIP_SOURCE_OPEN:
        case ZIP_SOURCE_CLOSE:
        case ZIP_SOURCE_FREE:
        case ZIP_SOURCE_COMMIT_WRITE:
        case ZIP_SOURCE_ROLLBACK_WRITE:
        case ZIP_SOURCE_REMOVE:
            return 0;
        default:  // a new archive is not read
            zip_error_set(&error_, ZIP_ER_OPNOTSUPP, 0);
            return -1;
    }
}

zip_int64_t ZipOutput::Target::write(const void* data, zip_uint64_t length) {
    try {
        file_.write(position_, {static_cast<const std::byte*>(data), to_size(length)});
    } catch (...) {
        failure_ = std::current_exception();
        zip_error_set(&error_, ZIP_ER_WRITE, 0);
        return -1;
    }
    position_ += length;
    end_ = std::max(end_, position_);
    return static_cast<zip_int64_t>(length);
}

ZipOutput::ZipOutput(RandomAccessFile& file, std::string name)
    : name_(std::move(name)), target_(std::make_unique<Target>(file)) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* const source = zip_source_function_create(Target::serve, target_.get(), &error);
    if (source != nullptr) archive_ = zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &error);
    if (archive_ == nullptr && source != nullptr) zip_source_free(source);
    const std::string what = archive_ == nullptr ? zip_error_strerror(&error) : "";
    zip_error_fini(&error);
    if (archive_ == nullptr) throw Error(name_ + ": cannot be written: " + what);
}

ZipOutput::~ZipOutput() {
    if (archive_ != nullptr) zip_discard(archive_);
}

zip* ZipOutput::archive() const { return archive_; }

void ZipOutput::close() {
    if (zip_close(archive_) != 0) {
        target_->rethrow();
        throw Error(name_ + ": cannot be written: " + zip_strerror(archive_));
    }
    archive_ = nullptr;
}

}  // namespace syncopate
