// SPDX-License-Identifier: Apache-2.0
#include "data/outline.hpp"

#include <utility>

namespace stockpot::data {
namespace {

class Outline final : public Dataset {
 public:
  Outline(std::int64_t size, const DataShape& shape, std::vector<std::string> class_names,
          std::int64_t bytes_per_sample)
      : size_(size),
        shape_(shape),
        class_names_(std::move(class_names)),
        lengths_(shape.tokens > 0 ? static_cast<std::size_t>(size) : 0, shape.tokens),
        bytes_per_sample_(bytes_per_sample) {}

  std::int64_t size() const override { return size_; }
  DataShape shape() const override { return shape_; }
  const std::vector<std::string>& class_names() const override { return class_names_; }
  std::int64_t label(std::int64_t) const override { return 0; }
  std::span<const std::int64_t> lengths() const override { return lengths_; }
  std::int64_t bytes() const override { return size_ * bytes_per_sample_; }

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
  std::vector<std::int64_t> lengths_;
  std::int64_t bytes_per_sample_;
};

}  // namespace

std::shared_ptr<const Dataset> outline(std::int64_t size, const DataShape& shape,
                                       std::vector<std::string> class_names,
                                       std::int64_t bytes_per_sample) {
  return std::make_shared<Outline>(size, shape, std::move(class_names), bytes_per_sample);
}

}  // namespace stockpot::data
