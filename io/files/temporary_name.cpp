#include "io/files/temporary_name.hpp"

#include "core/index.hpp"
#include "io/files/last_words.hpp"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>
#include <string>

namespace syncopate {

namespace {

enum class State : int { free, being_written, entered, being_removed };

/// The handler takes a name from `entered` to `being_removed`, so that nobody writes another into it meanwhile.
struct Place {
    std::atomic<State> state = State::free;
    std::array<char, 4096> name = {};
};
static_assert(std::atomic<State>::is_always_lock_free);  // a handler must not wait

// Of fixed size, as a handler must not allocate; a command has at most five files open at once.
std::array<Place, 16> places;

std::atomic_flag is_ending;

/// Calls only what POSIX allows in a handler.
///
/// A second signal may come at once (timeout sends its signal to the program and to its process group) and another
/// thread take it. It must not end the program while the first one still removes files: so the disposition stays until
/// they are gone, and whoever comes second leaves the ending to the first.
extern "C" void remove_and_end(int signal) {
    if (is_ending.test_and_set()) return;
    for (Place& place : places) {
        State state = State::entered;
        if (place.state.compare_exchange_strong(state, State::being_removed)) ::unlink(place.name.data());
    }
    say_last_words();
    ::signal(signal, SIG_DFL);
    ::raise(signal);  // is blocked until the handler returns, then ends the program
}

}  // namespace

void TemporaryName::enter(const std::filesystem::path& path) {
    leave();
    const std::string& name = path.native();
    if (name.size() >= Place{}.name.size()) return;
    for (std::size_t p = 0; p < places.size(); ++p) {
        State state = State::free;
        if (!places[p].state.compare_exchange_strong(state, State::being_written)) continue;
        std::memcpy(places[p].name.data(), name.c_str(), name.size() + 1);
        places[p].state = State::entered;
        place_ = static_cast<int>(p);
        return;
    }
}

void TemporaryName::leave() {
    if (place_ < 0) return;
    State state = State::entered;
    places[to_size(place_)].state.compare_exchange_strong(state, State::free);
    place_ = -1;
}

void remove_temporaries_on_signals() {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction action = {};
        if (::sigaction(signal, nullptr, &action) != 0 || action.sa_handler != SIG_DFL) continue;
        action.sa_handler = remove_and_end;
        action.sa_flags = SA_RESTART;  // the threads that come second go on as if nothing had been
        ::sigfillset(&action.sa_mask);
        ::sigaction(signal, &action, nullptr);
    }
}

}  // namespace syncopate
