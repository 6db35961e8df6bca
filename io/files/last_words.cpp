#include "io/files/last_words.hpp"

#include "core/index.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>

namespace syncopate {

namespace {

struct Words {
    std::array<char, 512> text = {};
    std::size_t size = 0;
};

// Two, as a handler must not see one that is being written: it takes the one that `current` names.
std::array<Words, 2> words;
std::atomic<int> current = -1;  // -1: none
static_assert(std::atomic<int>::is_always_lock_free);

}  // namespace

void set_last_words(std::string_view said) {
    const int next = current == 0 ? 1 : 0;
    if (said.empty()) {
        current = -1;
        return;
    }
    Words& own = words[to_size(next)];
    said = said.substr(0, own.text.size() - 12);
    own.size = 0;
    const auto append = [&](std::string_view part) {
        std::ranges::copy(part, own.text.begin() + static_cast<std::ptrdiff_t>(own.size));
        own.size += part.size();
    };
    append("\n");  // ends a line of progress
    append(said);
    append("\n");
    current = next;
}

void say_last_words() {
    const int index = current;
    if (index < 0) return;
    const Words& own = words[to_size(index)];
    static_cast<void>(!::write(STDERR_FILENO, own.text.data(), own.size));
}

}  // namespace syncopate
