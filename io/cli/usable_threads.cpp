#include "io/cli/usable_threads.hpp"

#include "core/engine/executor.hpp"
#include "core/split.hpp"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

namespace syncopate {

namespace {

std::optional<std::int64_t> number_of(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number <= 0) return std::nullopt;
    return number;
}

std::string first_line(const std::filesystem::path& file) {
    std::ifstream stream(file);
    std::string line;
    std::getline(stream, line);
    return line;
}

/// The processors that the scheduler may give to this process.
int processors_of_affinity() {
    cpu_set_t allowed;  // of a machine with more than its 1,024 processors the call fails
    if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return hardware_threads();
    return CPU_COUNT(&allowed);
}

/// The smallest quota of the process's control group and those around it (cgroup v2), as far as this process sees them.
std::optional<int> processors_of_group() {
    std::string name;
    std::ifstream groups("/proc/self/cgroup");
    for (std::string line; std::getline(groups, line);) {
        if (line.starts_with("0::/")) name = line.substr(4);
    }
    const std::filesystem::path root = "/sys/fs/cgroup";
    std::filesystem::path group = root / name;
    std::optional<int> least = processors_of_quota(first_line(root / "cpu.max"));
    const std::string quota = first_line(root / "cpu/cpu.cfs_quota_us");  // cgroup v1
    if (!least && !quota.empty()) least = processors_of_quota(quota + " " + first_line(root / "cpu/cpu.cfs_period_us"));
    for (; group != root && group.has_relative_path() && group.string().size() > root.string().size();
         group = group.parent_path()) {
        const std::optional<int> own = processors_of_quota(first_line(group / "cpu.max"));
        if (own) least = std::min(least.value_or(*own), *own);
    }
    return least;
}

}  // namespace

std::optional<int> processors_of_quota(std::string_view text) {
    const std::vector<std::string_view> words = split(text, ' ');
    if (words.size() != 2) return std::nullopt;
    const std::optional<std::int64_t> quota = number_of(words[0]), period = number_of(words[1]);
    if (!quota || !period) return std::nullopt;
    const std::int64_t whole = *quota / *period + (*quota % *period > 0 ? 1 : 0);
    return static_cast<int>(std::min<std::int64_t>(whole, std::numeric_limits<int>::max()));
}

int usable_threads() {
    const int allowed = std::max(1, processors_of_affinity());
    return std::min(allowed, processors_of_group().value_or(allowed));
}

}  // namespace syncopate
