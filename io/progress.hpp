#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace syncopate {

/// What a line of progress needs from outside.
struct ProgressOptions {
    std::function<void(const std::string&)> write;                        // none: nothing is shown
    std::function<std::size_t()> width = [] { return std::size_t{80}; };  // columns, asked before each picture
    bool has_colour = false;
    std::chrono::milliseconds interval = std::chrono::milliseconds(100);  // between two pictures
    std::int64_t known = 0;  // done before the work began: no part of the rate
    std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

/// A line on a terminal that says how far long work has come, how fast it goes, and when it will end; it is wiped when
/// the work is over. advance() may be called by several threads at once.
class Progress {
public:
    /// `what` is counted ("samples"), `total` of them (≤ 0: nobody knows, then only count and rate are shown). Shown on
    /// standard error, in its width, in colour unless NO_COLOR is set. `is_shown`: normally is_terminal().
    /// `known`: of the total, what was done by an earlier call, which says nothing about the rate.
    Progress(std::string what, std::int64_t total, bool is_shown, std::int64_t known = 0);
    Progress(std::string what, std::int64_t total, ProgressOptions options);
    /// Finishes, also when an exception leaves the work undone.
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// `count` more are done.
    void advance(std::int64_t count);
    /// Wipes the line. What comes later is not shown.
    void finish();

    /// Whether standard error is a terminal that can wipe a line.
    static bool is_terminal();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace syncopate
