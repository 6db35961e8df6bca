#pragma once

#include <filesystem>

namespace syncopate {

/// A list, of the whole program, of files that must not outlive it; NewFile enters its temporary files there.
/// A signal cannot run destructors, so this is what `remove_temporaries_on_signals` goes by.
class TemporaryName {
public:
    TemporaryName() = default;
    ~TemporaryName() { leave(); }
    TemporaryName(const TemporaryName&) = delete;
    TemporaryName& operator=(const TemporaryName&) = delete;

    /// From now on a signal removes this file. Does nothing if the list is full or the name very long.
    void enter(const std::filesystem::path& path);
    /// From now on it does not.
    void leave();

private:
    int place_ = -1;
};

/// From now on SIGINT, SIGTERM and SIGHUP remove the files of the list before they end the program as they always do.
/// A signal that the caller has chosen to ignore (nohup) or handle stays as it is.
void remove_temporaries_on_signals();

}  // namespace syncopate
