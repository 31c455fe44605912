// SPDX-License-Identifier: Apache-2.0
// Data sets of the official sizes that hold nothing: for plans.
#include "core/error.hpp"
#include "data/load.hpp"
#include "data/official_files.hpp"
#include "data/outline.hpp"
#include "data/text/glue.hpp"

namespace stockpot::data {
namespace {

DataShape image_shape(const OfficialSet& set, const ImageSource& source, const ImageForm& form) {
  const auto classes = static_cast<std::int64_t>(source.class_names().size());
  if (form.clip_side > 0)
    return {.channels = 3, .height = form.clip_side, .width = form.clip_side, .classes = classes};
  const std::int64_t side = set.side > 0 ? set.side : source.side;
  return {.channels = set.channels > 0 ? set.channels : 3,
          .height = side,
          .width = side,
          .classes = classes};
}

}  // namespace

Splits imagine(const config::DataConfig& config, std::uint64_t seed, const ImageForm& form) {
  const auto* set = find_official_set(config.name);
  if (set == nullptr)
    throw ConfigError("data.dir is empty", "the size of data.name " + config.name + " is not known",
                      "--data.dir=<folder>");
  DataShape shape;
  std::vector<std::string> class_names;
  if (const auto* task = find_glue_task(config.name)) {
    class_names = task->labels;
    shape = {.classes = static_cast<std::int64_t>(class_names.size()),
             .vocabulary = 1,
             .tokens = config.max_length};  // a vocabulary that fits every model
  } else {
    const auto& source = *find_image_source(config.name);
    class_names = source.class_names();
    shape = image_shape(*set, source, form);
  }
  // what is kept of an image is the smaller of its own pixels and those that the model sees
  const std::int64_t bytes_per_sample =
      shape.tokens > 0 ? shape.tokens * static_cast<std::int64_t>(sizeof(std::int32_t))
      : set->side > 0  ? set->channels * set->side * set->side
                       : shape.channels * shape.height * shape.width;
  const auto part = [&](std::int64_t size) {
    return outline(size, shape, class_names, bytes_per_sample);
  };
  return choose_splits({part(set->train.front()), part(set->test.front())}, config, seed);
}

}  // namespace stockpot::data
