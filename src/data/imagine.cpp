// SPDX-License-Identifier: Apache-2.0
// Data sets of the official sizes that hold nothing: for plans.
#include <algorithm>

#include "core/error.hpp"
#include "data/load.hpp"
#include "data/official_files.hpp"
#include "data/text/glue.hpp"

namespace stockpot::data {
namespace {

class ImaginedDataset final : public Dataset {
 public:
  ImaginedDataset(std::int64_t size, const DataShape& shape, std::vector<std::string> class_names)
      : size_(size), shape_(shape), class_names_(std::move(class_names)) {}

  std::int64_t size() const override { return size_; }
  DataShape shape() const override { return shape_; }
  const std::vector<std::string>& class_names() const override { return class_names_; }
  std::int64_t label(std::int64_t) const override { return 0; }

  std::int64_t bytes() const override {
    return size_ * std::max(shape_.channels * shape_.height * shape_.width,
                            shape_.tokens * static_cast<std::int64_t>(sizeof(std::int32_t)));
  }

  void fill(std::span<const std::int64_t> indices, const Augmentation&,
            Batch& batch) const override {
    batch = {};
    batch.size = static_cast<std::int64_t>(indices.size());
    batch.tokens = shape_.tokens;
    batch.pixels.resize(
        static_cast<std::size_t>(batch.size * shape_.channels * shape_.height * shape_.width));
    batch.token_ids.resize(static_cast<std::size_t>(batch.size * batch.tokens));
    batch.token_types.resize(batch.token_ids.size());
    if (shape_.tokens > 0) batch.lengths.assign(indices.size(), shape_.tokens);
    if (shape_.classes > 0)
      batch.labels.resize(indices.size());
    else
      batch.targets.resize(indices.size());
  }

 private:
  std::int64_t size_;
  DataShape shape_;
  std::vector<std::string> class_names_;
};

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
  const auto part = [&](std::int64_t size) {
    return std::make_shared<ImaginedDataset>(size, shape, class_names);
  };
  return choose_splits({part(set->train.front()), part(set->test.front())}, config, seed);
}

}  // namespace stockpot::data
