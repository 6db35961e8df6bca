#include "io/progress.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace syncopate;

namespace {

/// A terminal and a clock that a test holds in its hands.
struct Terminal {
    std::vector<std::string> written;
    std::chrono::steady_clock::time_point time;
    std::size_t columns = 60;

    ProgressOptions options() {
        return {.write = [this](const std::string& text) { written.push_back(text); },
                .width = [this] { return columns; },
                .now = [this] { return time; }};
    }
};

}  // namespace

using namespace std::chrono_literals;

TEST_CASE("progress shows a bar, the count, the rate and the time left, and wipes them at the end") {
    Terminal terminal;
    {
        Progress progress("samples", 400, terminal.options());
        terminal.time += 10s;
        progress.advance(100);
        REQUIRE(terminal.written.size() == 1);
        CHECK(terminal.written[0] == "\r\x1b[K[=====                 ] 100/400 samples, 10.0/s, 30 s left");
        CHECK(terminal.written[0].size() == 4 + 59);  // the last column stays free
    }
    REQUIRE(terminal.written.size() == 2);
    CHECK(terminal.written[1] == "\r\x1b[K");
}

TEST_CASE("progress is drawn at most once in its interval") {
    Terminal terminal;
    Progress progress("samples", 1000, terminal.options());
    for (int i = 0; i < 100; ++i) {
        terminal.time += 10ms;
        progress.advance(1);
    }
    CHECK(terminal.written.size() == 10);
}

TEST_CASE("progress of work that is over at once leaves no trace") {
    Terminal terminal;
    {
        Progress progress("samples", 10, terminal.options());
        progress.advance(10);
    }
    CHECK(terminal.written.empty());
}

TEST_CASE("progress fits narrow terminals, also when they change") {
    Terminal terminal;
    Progress progress("samples", 100, terminal.options());
    for (const std::size_t columns : {0U, 1U, 2U, 5U, 20U, 45U, 52U, 200U}) {
        CAPTURE(columns);
        terminal.columns = columns;
        terminal.time += 1s;
        progress.advance(1);
        CHECK(terminal.written.back().size() - 4 <= std::max<std::size_t>(columns, 2) - 1);
    }
    CHECK(terminal.written.back().find("[==") != std::string::npos);
}

TEST_CASE("progress tells long times in minutes and hours, and nothing of what nobody will wait for") {
    Terminal terminal;
    terminal.columns = 200;
    Progress progress("samples", 1000000, terminal.options());
    terminal.time += 100s;
    progress.advance(200000);
    CHECK(terminal.written.back().ends_with("2000/s, 6:40 min left"));
    terminal.time += 19900s;
    progress.advance(1);
    CHECK(terminal.written.back().ends_with("10.0/s, 22:13:20 h left"));
    Progress slow("samples", 1000000, terminal.options());
    terminal.time += 100s;
    slow.advance(1);
    CHECK(terminal.written.back().ends_with("1/1000000 samples, 0.01/s"));
}

TEST_CASE("progress without a known total has no bar and no end") {
    Terminal terminal;
    Progress progress("spikes", 0, terminal.options());
    terminal.time += 2s;
    progress.advance(1000);
    CHECK(terminal.written.back() == "\r\x1b[K1000 spikes, 500/s");
}

TEST_CASE("progress is in colour only where it is wanted") {
    Terminal terminal;
    ProgressOptions options = terminal.options();
    options.has_colour = true;
    Progress progress("samples", 400, options);
    terminal.time += 10s;
    progress.advance(100);
    CHECK(terminal.written[0] == "\r\x1b[K[\x1b[32m=====\x1b[0m                 ] 100/400 samples, 10.0/s, 30 s left");
}

TEST_CASE("progress is wiped when an exception ends the work, and is silent afterwards") {
    Terminal terminal;
    const auto work = [&] {
        Progress progress("samples", 10, terminal.options());
        terminal.time += 1s;
        progress.advance(1);
        throw std::runtime_error("stop");
    };
    CHECK_THROWS_AS(work(), std::runtime_error);
    CHECK(terminal.written.back() == "\r\x1b[K");
    Progress progress("samples", 10, terminal.options());
    terminal.time += 1s;
    progress.advance(1);
    progress.finish();
    const std::size_t count = terminal.written.size();
    terminal.time += 1s;
    progress.advance(1);
    progress.finish();
    CHECK(terminal.written.size() == count);
}

TEST_CASE("progress counts what several threads do, all of it") {
    Terminal terminal;
    terminal.columns = 200;
    Progress progress("samples", 40000, terminal.options());
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i < 10000; ++i) progress.advance(1);
            });
    }
    terminal.time += 40s;
    progress.advance(0);
    CHECK(terminal.written.back().ends_with("40000/40000 samples, 1000/s"));
}

TEST_CASE("progress of work that goes on takes its rate from what is done now") {
    Terminal terminal;
    ProgressOptions options = terminal.options();
    options.known = 300;
    Progress progress("samples", 400, options);
    terminal.time += 10s;
    progress.advance(0);
    CHECK(terminal.written.back().ends_with("300/400 samples"));
    terminal.time += 10s;
    progress.advance(20);
    CHECK(terminal.written.back().ends_with("320/400 samples, 1.00/s, 1:20 min left"));
}
