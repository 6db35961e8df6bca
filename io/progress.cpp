#include "io/progress.hpp"

#include "core/index.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <utility>

namespace syncopate {

namespace {

constexpr double longest_left = 100.0 * 3600.0;  // seconds; more is not worth telling
constexpr const char* wipe = "\r\x1b[K";

/// Three significant digits: "0.12", "45.6", "1230".
std::string rate_text(double rate) {
    char text[64] = {};
    const int digits = rate >= 100.0 ? 0 : rate >= 10.0 ? 1 : 2;
    std::snprintf(text, sizeof text, "%.*f", digits, rate);
    return text;
}

/// "12 s", "3:05 min", "1:02:03 h".
std::string duration_text(double seconds) {
    const auto whole = static_cast<long>(std::ceil(seconds));
    char text[64] = {};
    if (whole < 60)
        std::snprintf(text, sizeof text, "%ld s", whole);
    else if (whole < 3600)
        std::snprintf(text, sizeof text, "%ld:%02ld min", whole / 60, whole % 60);
    else
        std::snprintf(text, sizeof text, "%ld:%02ld:%02ld h", whole / 3600, whole / 60 % 60, whole % 60);
    return text;
}

std::size_t terminal_width() {
    winsize size = {};
    const bool is_known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return is_known ? size.ws_col : 80;
}

bool is_set(const char* variable) {
    const char* value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

void write_to_terminal(const std::string& text) {
    std::fputs(text.c_str(), stderr);
    std::fflush(stderr);
}

ProgressOptions options_for_terminal(bool is_shown, std::int64_t known) {
    ProgressOptions options;
    options.known = known;
    if (is_shown) options.write = write_to_terminal;
    options.width = terminal_width;
    options.has_colour = !is_set("NO_COLOR");
    return options;
}

/// The bar for a share done, in `room` columns; empty if there is no room for one.
std::string bar(double share, std::size_t room, bool has_colour) {
    constexpr std::size_t widest = 40;
    constexpr std::size_t narrowest = 5;
    constexpr std::size_t frame = 3;  // two brackets and a space
    if (room < narrowest + frame) return "";
    const std::size_t cells = std::min(widest, room - frame);
    const auto full = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(cells));
    const std::string done(full, '=');
    return "[" + (has_colour ? "\x1b[32m" + done + "\x1b[0m" : done) + std::string(cells - full, ' ') + "] ";
}

}  // namespace

struct Progress::State {
    std::string what;
    std::int64_t total = 0;
    ProgressOptions options;
    std::chrono::steady_clock::time_point start = options.now();
    std::atomic<std::int64_t> done = options.known;
    std::mutex drawing = {};  // guards what follows, and writing
    std::chrono::steady_clock::time_point drawn = start;
    bool is_on_the_line = false;
    bool is_finished = false;

    std::string numbers(std::int64_t count, double seconds) const;
    void draw(std::chrono::steady_clock::time_point now);
};

std::string Progress::State::numbers(std::int64_t count, double seconds) const {
    std::string text = std::to_string(count) + (total > 0 ? "/" + std::to_string(total) : "") + " " + what;
    if (!(seconds > 0.0) || count <= options.known) return text;
    const double rate = static_cast<double>(count - options.known) / seconds;
    text += ", " + rate_text(rate) + "/s";
    const double left = static_cast<double>(total - count) / rate;
    if (count < total && left < longest_left) text += ", " + duration_text(left) + " left";
    return text;
}

void Progress::State::draw(std::chrono::steady_clock::time_point now) {
    drawn = now;
    is_on_the_line = true;
    const std::int64_t count = done.load();
    // The last column stays free: some terminals wrap when it is written.
    const std::size_t columns = std::max<std::size_t>(options.width(), 2) - 1;
    const std::string text = numbers(count, std::chrono::duration<double>(now - start).count()).substr(0, columns);
    std::string front;
    if (total > 0)
        front = bar(static_cast<double>(count) / static_cast<double>(total), columns - text.size(), options.has_colour);
    options.write(wipe + front + text);
}

Progress::Progress(std::string what, std::int64_t total, bool is_shown, std::int64_t known)
    : Progress(std::move(what), total, options_for_terminal(is_shown, known)) {}

Progress::Progress(std::string what, std::int64_t total, ProgressOptions options)
    : state_(new State{.what = std::move(what), .total = total, .options = std::move(options)}) {}

Progress::~Progress() { finish(); }

void Progress::advance(std::int64_t count) {
    // Counted without a lock, because workers call this for every sample or tick; only drawing takes one, and only when
    // it is due.
    state_->done += count;
    if (!state_->options.write) return;
    // Whoever finds another thread drawing leaves it to that one.
    const std::unique_lock lock(state_->drawing, std::try_to_lock);
    if (!lock.owns_lock() || state_->is_finished) return;
    const auto now = state_->options.now();
    if (now - state_->drawn >= state_->options.interval) state_->draw(now);
}

void Progress::finish() {
    const std::scoped_lock lock(state_->drawing);
    // The line is wiped, not left: what follows on the terminal is the result, and a bar before it would only say that
    // there was one.
    if (!std::exchange(state_->is_finished, true) && state_->is_on_the_line) state_->options.write(wipe);
}

bool Progress::is_terminal() {
    const char* terminal = std::getenv("TERM");
    const bool is_able = terminal != nullptr && std::string_view(terminal) != "dumb";
    return is_able && ::isatty(STDERR_FILENO) != 0;
}

}  // namespace syncopate
