#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace syncopate {

/// A subfolder that holds the samples of one class.
struct ClassFolder {
    std::filesystem::path path;
    std::int32_t label = 0;
};

/// The classes of a folder, and how their numbers came about.
struct ClassFolders {
    std::vector<ClassFolder> folders;
    std::vector<std::string> names;  // of the classes, by label
    std::string note;
};

/// Gives the subfolders of `folder` their labels: the positions of their names among `network_classes`, if that has
/// them; else their positions in the order of their numbers, if all names are numbers, or of their names, by bytes.
/// Throws Error naming a subfolder if only some are classes of the network, and if there are none at all.
ClassFolders class_folders_in(const std::filesystem::path& folder, const std::vector<std::string>& network_classes);

}  // namespace syncopate
