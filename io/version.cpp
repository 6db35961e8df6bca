#include "io/version.hpp"

#include "io/files/sha256.hpp"

#include <hwy/targets.h>
#include <sys/resource.h>
#include <unistd.h>
#include <commit.hpp>

#include <fstream>

namespace syncopate {

std::string version() { return SYNCOPATE_VERSION; }

std::string commit() { return SYNCOPATE_COMMIT; }

std::string build_identity() {
    const bool is_certain = commit() != "unknown" && !commit().ends_with("-dirty");
    return is_certain ? commit() : commit() + " " + sha256_of_file("/proc/self/exe");
}

std::string processor() {
    std::ifstream file("/proc/cpuinfo");
    std::string name = "unknown processor";
    for (std::string line; std::getline(file, line);) {
        if (line.rfind("model name", 0) != 0 || line.find(':') == std::string::npos) continue;
        name = line.substr(line.find(':') + 1);
        name.erase(0, name.find_first_not_of(' '));
        break;
    }
    const std::int64_t targets = hwy::SupportedTargets();
    return name + " (" + hwy::TargetName(targets & -targets) + ")";
}

std::int64_t physical_memory() {
    return static_cast<std::int64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::int64_t>(sysconf(_SC_PAGESIZE));
}

std::int64_t peak_memory() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return std::int64_t{usage.ru_maxrss} * 1024;
}

}  // namespace syncopate
