#include "io/files/temporary_name.hpp"

#include "io/files/new_file.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

using namespace syncopate;

namespace {

/// What another process does that has half-written "a" and kept "b" when the signal comes: its wait status.
int status_after(int signal, void (*before)(int), const TemporaryFolder& folder) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(signal, before);
        remove_temporaries_on_signals();
        NewFile half(folder / "a");
        half.stream() << "half" << std::flush;
        write_file(folder / "b", "whole");
        ::raise(signal);
        half.keep();
        ::_exit(7);
    }
    int status = 0;
    REQUIRE(child > 0);
    REQUIRE(::waitpid(child, &status, 0) == child);
    return status;
}

}  // namespace

TEST_CASE("a signal that ends the program leaves no temporary file, and still ends it") {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        CAPTURE(signal);
        const TemporaryFolder folder;
        folder.write("a", "old");
        const int status = status_after(signal, SIG_DFL, folder);
        CHECK(WIFSIGNALED(status));
        CHECK(WTERMSIG(status) == signal);
        CHECK(folder.read("a") == "old");
        CHECK(folder.names("") == std::vector<std::string>{"a", "b"});
    }
}

TEST_CASE("a signal that the caller ignores, as nohup does, stays ignored") {
    const TemporaryFolder folder;
    const int status = status_after(SIGHUP, SIG_IGN, folder);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 7);
    CHECK(folder.read("a") == "half");
}

TEST_CASE("more files than the list of temporary names holds are written all the same") {
    const TemporaryFolder folder;
    std::vector<std::string> names;
    for (int f = 0; f < 40; ++f) names.push_back("file" + std::to_string(100 + f));
    std::vector<FileBytes> files;
    for (const std::string& name : names) files.push_back({folder / name, name});
    write_files(files);
    CHECK(folder.names("") == names);
}
