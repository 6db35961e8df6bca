#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace syncopate::onnx {

/// Gives dynamic dimensions of a sample the sizes that the user stated, which must not contradict the file: UsageError.
/// Throws Error where a size is still open. `name` is the input's, for messages.
void fix_sizes(std::vector<std::int64_t>& dims, const std::vector<std::int64_t>& stated, const std::string& name);

}  // namespace syncopate::onnx
