#pragma once

namespace syncopate {

/// What the program returns to the shell.
enum class ExitStatus : int {
    success = 0,
    failure = 1,    // a bug of ours, or the machine (memory, disk)
    usage = 2,      // an option or argument that cannot be used
    bad_input = 3,  // a file or data set that cannot be read, written or does not fit
    refused = 4,    // a network that cannot be imported, converted or compiled
    differs = 5,    // a check did not hold: --check, --parity, a control of a study
};

}  // namespace syncopate
