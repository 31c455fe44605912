#include "data/load.hpp"

#include "core/error.hpp"

namespace stockpot::data {

Splits load(const config::DataConfig& config, std::uint64_t seed, const ImageForm& form) {
  const ImageSource* source = find_image_source(config.name);
  if (source == nullptr) throw ConfigError("data.name " + config.name + " is not known", "", "image sets: " + image_source_names());
  return choose_splits(load_images(*source, config, form), config, seed);
}

}  // namespace stockpot::data
