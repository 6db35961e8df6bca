#pragma once

#include "io/data/dataset.hpp"

namespace syncopate {

/// Opens a folder with one subfolder of PNGs for each class; labels are the positions of the subfolders' names in their
/// order. With subfolders `train` and `test` (or `val`) only, those of the split are taken. Pictures are grey if all
/// are, else RGB; grey ones have three channels if the network takes three. They are decoded when read. Throws Error
/// naming the file if they differ in size and the request states no resize, or a file is not a PNG.
Dataset open_png_dataset(const DatasetRequest& request);

}  // namespace syncopate
