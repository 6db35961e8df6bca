#pragma once

#include "io/formats/data/dataset.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace syncopate {

/// The IDX file of images of a split in a folder: its name has "images" in it, and "train" for the training images.
/// Nothing if the folder has no such files; throws Error listing them if several or only those of the other split fit.
std::optional<std::filesystem::path> find_idx_images(const std::filesystem::path& folder, const std::string& split);

/// Opens an IDX file of images; the labels are the file that the request names, or the one beside it whose name has
/// "labels" for "images" and "idx1" for "idx3", gzipped or not.
Dataset open_idx_dataset(const DatasetRequest& request);

}  // namespace syncopate
