#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "data/image/image_set.hpp"
#include "data/splits.hpp"

namespace stockpot::data {

/// How a model wants to see images.
struct ImageForm {};

/// One row of the table of image sets.
struct ImageSource {
  std::string_view name;         ///< value of data.name
  std::string_view default_dir;  ///< where data.dir points if empty; empty: must be given
  std::string_view origin;       ///< where to get the files
  std::vector<std::string> (*class_names)();
  ImageSet (*read)(const SourceFolder& folder, Part part);
  Normalisation normalisation;   ///< of the training images at their own size
};

/// Row of the data set `name`; null if no image set has that name.
const ImageSource* find_image_source(std::string_view name);

/// Names of all rows, separated by blanks.
std::string image_source_names();

/// Read both official parts.
OfficialSets load_images(const ImageSource& source, const config::DataConfig& config, const ImageForm& form);

}  // namespace stockpot::data
