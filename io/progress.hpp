#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

namespace syncopate {

/// A line on a terminal that says how far long work has come, how fast, and when it will end. Says nothing where stderr
/// is no terminal. advance() may be called from any thread.
class Progress {
public:
    /// `what`: "samples". `is_shown`: normally is_terminal().
    Progress(std::string what, std::int64_t total, bool is_shown);
    Progress(std::string what, std::int64_t total, bool is_shown, std::function<void(const std::string&)> write);
    ~Progress();

    void advance(std::int64_t count);

    /// Whether stderr is a terminal.
    static bool is_terminal();

    /// "  42 %  420 of 1000 samples  35.1/s  17 s left".
    static std::string line(const std::string& what, std::int64_t done, std::int64_t total, double seconds);

private:
    std::string what_;
    std::int64_t total_;
    bool is_shown_;
    std::function<void(const std::string&)> write_;
    std::mutex mutex_;
    std::int64_t done_ = 0;
    std::chrono::steady_clock::time_point begin_;
    std::chrono::steady_clock::time_point shown_;
};

}  // namespace syncopate
