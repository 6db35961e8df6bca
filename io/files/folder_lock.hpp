#pragma once

#include <filesystem>

namespace syncopate {

/// Keeps a folder for one program at a time. It ends with the object, or with the program, however that ends; nothing
/// is left in the folder.
class FolderLock {
public:
    /// Takes the folder if nobody has it. Where a file system cannot keep folders, it is taken to be free.
    explicit FolderLock(const std::filesystem::path& folder);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

    /// Whether another program, or another lock of this one, has it.
    bool is_taken() const { return is_taken_; }

private:
    int descriptor_ = -1;
    bool is_taken_ = false;
};

}  // namespace syncopate
