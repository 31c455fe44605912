// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "data/image/decode.hpp"

namespace stockpot::data {

/// List a user's own pictures: train/<class>/* or test/<class>/* (JPEG, PNG, binary PPM). Classes
/// are the folders of train/ by name; pictures stand in the order of their paths. Names that begin
/// with a dot are passed over. throws DataError where a class of test/ is none of train/, a folder
/// is empty, or a file is no picture of a format that is read; IoError where a folder cannot be
/// read
PictureList list_image_folder(const SourceFolder& folder, Part part);

/// The same, all of it decoded.
ImageSet read_image_folder(const SourceFolder& folder, Part part, const KeptSize& size);

}  // namespace stockpot::data
