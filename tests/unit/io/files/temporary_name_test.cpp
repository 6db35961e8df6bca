#include "io/files/temporary_name.hpp"

#include "io/files/new_file.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <list>
#include <string>
#include <thread>
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

[[noreturn]] void wait_for_the_end() {
    for (;;) ::pause();
}

/// Another process of three threads that has half-written twelve files and then waits: its number, once it waits.
pid_t start_writing(const TemporaryFolder& folder) {
    std::array<int, 2> ready = {};
    REQUIRE(::pipe(ready.data()) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        for (const int signal : {SIGINT, SIGTERM}) ::signal(signal, SIG_DFL);  // doctest handles them
        remove_temporaries_on_signals();
        std::list<NewFile> files;
        for (int f = 0; f < 12; ++f) files.emplace_back(folder / ("half" + std::to_string(f)));
        const std::vector<std::thread> others = [] {
            std::vector<std::thread> started;
            for (int t = 0; t < 2; ++t) started.emplace_back([] { wait_for_the_end(); });
            return started;
        }();
        static_cast<void>(!::write(ready[1], "r", 1));
        wait_for_the_end();
    }
    REQUIRE(child > 0);
    char letter = 0;
    REQUIRE(::read(ready[0], &letter, 1) == 1);
    ::close(ready[0]);
    ::close(ready[1]);
    return child;
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

TEST_CASE("a second signal, which another thread takes, does not cut the removal of the first one short") {
    // timeout(1) sends its signal twice: to the program and to its process group.
    for (int trial = 0; trial < 40; ++trial) {
        CAPTURE(trial);
        const TemporaryFolder folder;
        const pid_t child = start_writing(folder);
        ::kill(child, SIGTERM);
        ::usleep(static_cast<useconds_t>(10 * trial));
        ::kill(child, SIGTERM);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK(WIFSIGNALED(status));
        CHECK(folder.names("").empty());
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
