#pragma once

#include "core/engine/executor.hpp"

#include <memory>
#include <string>

namespace syncopate {

/// The executor that --executor names: "serial", "threads" or "tbb".
std::unique_ptr<Executor> make_executor(const std::string& name, int threads);

}  // namespace syncopate
