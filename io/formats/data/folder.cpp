#include "io/formats/data/folder.hpp"

#include "core/error.hpp"

#include <algorithm>
#include <system_error>

namespace syncopate {

std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::directory_iterator entry(folder, error);
    std::vector<std::filesystem::path> entries;
    while (!error && entry != std::filesystem::directory_iterator()) {
        if (!entry->path().filename().string().starts_with('.')) entries.push_back(entry->path());
        entry.increment(error);
    }
    if (error) throw Error(folder.string() + ": cannot be read: " + error.message());
    std::ranges::sort(entries, {}, [](const std::filesystem::path& path) { return path.filename().string(); });
    return entries;
}

std::vector<std::filesystem::path> subfolders_of(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> entries = entries_of(folder);
    std::erase_if(entries, [](const std::filesystem::path& path) {
        std::error_code ignored;
        return !std::filesystem::is_directory(path, ignored);
    });
    return entries;
}

bool has_subfolders(const std::filesystem::path& folder) { return !subfolders_of(folder).empty(); }

std::string list_names(const std::vector<std::filesystem::path>& paths) {
    constexpr std::size_t most = 8;
    std::string text;
    for (std::size_t i = 0; i < std::min(most, paths.size()); ++i)
        text += (i == 0 ? "" : ", ") + paths[i].filename().string();
    return paths.size() > most ? text + ", …" : text;
}

std::string lower_case(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

}  // namespace syncopate
