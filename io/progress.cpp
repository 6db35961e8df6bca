#include "io/progress.hpp"

#include <unistd.h>

#include <cstdio>
#include <utility>

namespace syncopate {

namespace {

void write_to_terminal(const std::string& text) {
    std::fputs(text.c_str(), stderr);
    std::fflush(stderr);
}

std::string duration(double seconds) {
    char text[64];
    if (seconds < 100.0) {
        std::snprintf(text, sizeof text, "%.0f s", seconds);
    } else if (seconds < 6000.0) {
        std::snprintf(text, sizeof text, "%.0f min", seconds / 60.0);
    } else {
        std::snprintf(text, sizeof text, "%.1f h", seconds / 3600.0);
    }
    return text;
}

}  // namespace

Progress::Progress(std::string what, std::int64_t total, bool is_shown)
    : Progress(std::move(what), total, is_shown, write_to_terminal) {}

bool Progress::is_terminal() { return isatty(STDERR_FILENO) != 0; }

Progress::Progress(std::string what, std::int64_t total, bool is_shown, std::function<void(const std::string&)> write)
    : what_(std::move(what)),
      total_(total),
      is_shown_(is_shown),
      write_(std::move(write)),
      begin_(std::chrono::steady_clock::now()),
      shown_(begin_) {}

Progress::~Progress() {
    if (is_shown_) write_("\r\033[K");
}

void Progress::advance(std::int64_t count) {
    const std::lock_guard lock(mutex_);
    done_ += count;
    if (!is_shown_) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - shown_ < std::chrono::milliseconds(100)) return;
    shown_ = now;
    write_("\r\033[K" + line(what_, done_, total_, std::chrono::duration<double>(now - begin_).count()));
}

std::string Progress::line(const std::string& what, std::int64_t done, std::int64_t total, double seconds) {
    const double rate = seconds > 0.0 ? static_cast<double>(done) / seconds : 0.0;
    char text[160];
    std::snprintf(text, sizeof text, "%4.0f %%  %lld of %lld ",
                  total > 0 ? 100.0 * static_cast<double>(done) / static_cast<double>(total) : 100.0,
                  static_cast<long long>(done), static_cast<long long>(total));
    std::string result = text + what;
    if (rate > 0.0) {
        std::snprintf(text, sizeof text, "  %.1f/s  ", rate);
        result += text + duration(static_cast<double>(total - done) / rate) + " left";
    }
    return result;
}

}  // namespace syncopate
