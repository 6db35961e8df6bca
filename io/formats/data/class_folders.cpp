#include "io/formats/data/class_folders.hpp"

#include "core/error.hpp"
#include "core/nearest_name.hpp"
#include "io/formats/data/folder.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace syncopate {

namespace {

using Paths = std::vector<std::filesystem::path>;

std::string name_of(const std::filesystem::path& path) { return path.filename().string(); }

bool is_number(const std::string& name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
}

/// A key that orders numbers of any length.
std::tuple<std::size_t, std::string, std::string> number_key(const std::filesystem::path& path) {
    const std::string name = name_of(path);
    const std::string digits = name.substr(std::min(name.find_first_not_of('0'), name.size()));
    return {digits.size(), digits, name};
}

/// Labels by name, or none if no subfolder is called like a class of the network.
std::vector<ClassFolder> named_folders(const Paths& subfolders, const std::vector<std::string>& classes) {
    std::vector<ClassFolder> folders;
    const std::filesystem::path* stranger = nullptr;
    for (const auto& path : subfolders) {
        const auto found = std::ranges::find(classes, name_of(path));
        if (found == classes.end())
            stranger = stranger == nullptr ? &path : stranger;
        else
            folders.push_back({path, static_cast<std::int32_t>(found - classes.begin())});
    }
    if (folders.empty() || stranger == nullptr) return folders;
    const std::vector<std::string_view> names(classes.begin(), classes.end());
    const std::string_view near = nearest_name(name_of(*stranger), names);
    throw Error(stranger->string() + ": the network has no class of this name, though it has " +
                name_of(folders.front().path) + " and others" +
                (near.empty() ? "" : "; did you mean \"" + std::string(near) + "\"?") +
                ": rename the folder, or move it away");
}

}  // namespace

ClassFolders class_folders_in(const std::filesystem::path& folder, const std::vector<std::string>& network_classes) {
    Paths subfolders = subfolders_of(folder);
    if (subfolders.empty())
        throw Error(folder.string() + ": has no subfolders: wanted is one subfolder of pictures for each class");
    ClassFolders classes{.folders = named_folders(subfolders, network_classes), .names = network_classes, .note = {}};
    if (!classes.folders.empty()) {
        std::ranges::stable_sort(classes.folders, {}, &ClassFolder::label);
        classes.note = folder.string() + ": labels go by the names of the network's classes";
        return classes;
    }
    const bool are_numbers = std::ranges::all_of(subfolders, is_number, name_of);
    if (are_numbers) std::ranges::sort(subfolders, {}, number_key);
    classes.names.clear();
    for (const auto& path : subfolders) {
        classes.folders.push_back({path, static_cast<std::int32_t>(classes.names.size())});
        classes.names.push_back(name_of(path));
    }
    classes.note = folder.string() + ": classes 0 to " + std::to_string(subfolders.size() - 1) +
                   " are its subfolders in the order of their " + (are_numbers ? "numbers: " : "names: ") +
                   list_names(subfolders);
    if (!network_classes.empty()) classes.note += " (none is called like a class of the network)";
    return classes;
}

}  // namespace syncopate
