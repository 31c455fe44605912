// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "data/image/decode.hpp"

namespace stockpot::data {

/// How a model wants to see images.
struct ImageForm {
  std::int64_t clip_side = 0;  ///< > 0: CLIP's preprocessing at this side; 0: images at their own
                               ///< size, which ImageSource::side gives where it varies
};

/// One row of the table of image sets.
struct ImageSource {
  std::string_view name;         ///< value of data.name
  std::string_view default_dir;  ///< where data.dir points if empty; empty: must be given
  std::string_view origin;       ///< where to get the files
  std::vector<std::string> (*class_names)();
  ImageSet (*read)(const SourceFolder& folder, Part part, const KeptSize& size);
  std::int64_t side;  ///< to which images of varying size are resized for models that are not CLIP;
                      ///< 0: the set has one size
  Normalisation normalisation;  ///< of the training images, unless a model brings its own
  PictureList (*list)(const SourceFolder& folder, Part part) =
      nullptr;  ///< of sets whose pictures are files of their own; null: one size, whole files
  ImageCount (*count)(const SourceFolder& folder, Part part) =
      nullptr;  ///< of sets of one size: what headers and sizes of files tell, nothing else is read
};

/// Row of the data set `name`; null if no image set has that name.
const ImageSource* find_image_source(std::string_view name);

/// Names of all rows, separated by blanks.
std::string image_source_names();

}  // namespace stockpot::data
