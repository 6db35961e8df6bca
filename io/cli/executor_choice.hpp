#pragma once

#include "core/engine/executor.hpp"

#include <memory>
#include <string>

namespace syncopate {

/// What --executor is if nobody says: TBB, but plain threads under ThreadSanitizer, which cannot see the locks of a
/// library that is not instrumented and would report its own queues.
constexpr const char* default_executor() {
#ifdef __SANITIZE_THREAD__
    return "threads";
#else
    return "tbb";
#endif
}

/// The executor that --executor names: "serial", "threads" or "tbb".
std::unique_ptr<Executor> make_executor(const std::string& name, int threads);

}  // namespace syncopate
