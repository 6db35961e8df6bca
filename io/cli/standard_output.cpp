#include "io/cli/standard_output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace syncopate {

namespace {

int first_error = 0;  // errno of what could not be written; a later flush may succeed, and does not know it

}  // namespace

void hold_standard_streams() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(stream, F_GETFD) == -1 && errno == EBADF)
            static_cast<void>(::open("/dev/null", O_RDONLY));  // takes the lowest number that is free: this one
    }
}

void print(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() || first_error != 0) return;
    first_error = errno;
}

std::string standard_output_fault() {
    if (std::fflush(stdout) != 0 && first_error == 0) first_error = errno;
    if (std::ferror(stdout) == 0 || first_error == EPIPE) return "";
    return "standard output could not be written completely: " +
           (first_error == 0 ? "" : std::generic_category().message(first_error) + "; ") + "is the disk full?";
}

}  // namespace syncopate
