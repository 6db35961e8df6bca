#include "io/files/folder_lock.hpp"

#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

TEST_CASE("folder lock: a folder has one owner at a time, and nothing is left in it") {
    const TemporaryFolder folder;
    {
        const FolderLock first(folder / "");
        CHECK_FALSE(first.is_taken());
        const FolderLock second(folder / "");
        CHECK(second.is_taken());
        CHECK(folder.names("").empty());
    }
    CHECK_FALSE(FolderLock(folder / "").is_taken());
}

TEST_CASE("folder lock: a folder that is not there is free") {
    const TemporaryFolder folder;
    CHECK_FALSE(FolderLock(folder / "none").is_taken());
}
