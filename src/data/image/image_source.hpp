// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "data/image/decode.hpp"
#include "data/splits.hpp"

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
};

/// Row of the data set `name`; null if no image set has that name.
const ImageSource* find_image_source(std::string_view name);

/// Names of all rows, separated by blanks.
std::string image_source_names();

/// Read both official parts from `dir`; `augment`: of the training images (shift_named).
OfficialSets load_images(const ImageSource& source, const std::filesystem::path& dir,
                         const std::string& augment, const ImageForm& form);

/// Read one severity (1..5) of one corruption of CIFAR-10-C or CIFAR-100-C, whose files lie in
/// `dir`, for a model of `source`'s classes.
std::shared_ptr<const Dataset> load_corruption(const ImageSource& source,
                                               const std::filesystem::path& dir,
                                               const std::string& corruption, int severity,
                                               const ImageForm& form);

}  // namespace stockpot::data
