#pragma once

#include <cstdint>
#include <string>

namespace syncopate {

/// "0.1.0".
std::string version();
/// Commit that was built, "-dirty" behind it if there were changes beside it, or "unknown".
std::string commit();
/// Tells builds apart that can compute differently: the commit, and where that does not say it, the program's hash.
std::string build_identity();
/// Model name of the processor and the instruction set in use, such as "AMD EPYC (AVX3)".
std::string processor();
/// Memory of the machine, in bytes.
std::int64_t physical_memory();
/// Largest resident memory of this process so far, in bytes.
std::int64_t peak_memory();

}  // namespace syncopate
