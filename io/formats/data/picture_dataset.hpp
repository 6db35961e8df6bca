#pragma once

#include "io/formats/data/dataset.hpp"

namespace syncopate {

/// Opens a folder with one subfolder of PNGs and JPEGs for each class (class_folders.hpp). Pictures are grey if all
/// are, else RGB; grey ones have three channels if the network takes three. They are decoded, and framed as the request
/// says, when read. Throws Error naming the file if they differ in size and nothing brings them to one, or a file is no
/// picture that can be read.
Dataset open_picture_dataset(const DatasetRequest& request);

}  // namespace syncopate
