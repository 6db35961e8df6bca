#pragma once

#include "io/run/reference_check.hpp"

namespace syncopate {

/// The command line `syncopate …`. Results go to stdout, progress, warnings and errors to stderr. Returns an
/// ExitStatus. `reference` serves `run --check`.
int run_app(int argc, const char* const* argv, const ReferenceSimulator& reference);

}  // namespace syncopate
