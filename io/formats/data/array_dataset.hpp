#pragma once

#include "io/formats/data/dataset.hpp"
#include "io/formats/data/numeric_array.hpp"

#include <filesystem>
#include <optional>

namespace syncopate {

/// The data set whose samples are the first index of `images` and whose labels are `labels`, if any: completes
/// `dataset`, of which format and files are set. Throws Error naming the array unless the images have
/// 2 to 4 dimensions N×C×H×W, N×H×W or N×features, and the labels are whole numbers ≥ 0.
Dataset make_array_dataset(Dataset dataset, NumericArray images, const std::optional<NumericArray>& labels,
                           const std::optional<Shape>& network_input);

/// The array of an .npy or IDX file, whichever it is.
NumericArray open_array(const std::filesystem::path& path);

/// Opens an .npy of images, with labels from another file if the request names one.
Dataset open_npy_dataset(const DatasetRequest& request);

/// Opens an .npz. Throws Error listing its arrays unless it is clear which are images and labels.
Dataset open_npz_dataset(const DatasetRequest& request);

/// Opens a folder that has no subfolders: its only .npz (or the one called after the split), or its .npy with images
/// and the one with labels, known by the names that arrays of an .npz have. Nothing if there is neither. Throws Error
/// naming the files if it is not clear which are meant.
std::optional<Dataset> open_array_folder(const DatasetRequest& request);

}  // namespace syncopate
