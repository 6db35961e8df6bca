#pragma once

#include "io/formats/data/dataset.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace syncopate {

/// True if the file's size is a whole number of CIFAR-10 records (label, 3·32·32 pixels) or CIFAR-100 records (coarse
/// label, fine label, pixels).
bool is_cifar_size(const std::filesystem::path& file);

/// The files of a split in the folder that CIFAR's binary archives unpack to; none if it is no such folder.
/// Throws Error if the split is missing, or the folder is of the Python version.
std::vector<std::filesystem::path> find_cifar_files(const std::filesystem::path& folder, const std::string& split);

/// Opens files of records one after the other. CIFAR-100's fine labels are taken. Class names are read from
/// batches.meta.txt or fine_label_names.txt beside the first file, if it is there.
/// Throws Error naming the file, and the record of a label that cannot be.
Dataset open_cifar_dataset(const std::vector<std::filesystem::path>& files);

}  // namespace syncopate
