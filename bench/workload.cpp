// SPDX-License-Identifier: Apache-2.0
#include "bench/workload.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "core/index.hpp"
#include "core/random.hpp"
#include "data/image/image_set.hpp"
#include "train/gradient.hpp"

namespace stockpot::bench {
namespace {

std::shared_ptr<const data::Dataset> random_images(std::int64_t count, std::int64_t side,
                                                   std::int64_t channels) {
  data::ImageSet set{
      .channels = channels,
      .pixels = data::Bytes(static_cast<std::size_t>(count * channels * side * side)),
      .places = {},
      .labels = {}};
  RandomStream random(1, Purpose::random_score);
  for (auto& byte : set.pixels.span()) byte = static_cast<std::uint8_t>(random.bits() & 255U);
  set.place_equal(count, side, side);
  for (std::int64_t i = 0; i < count; ++i)
    set.labels.push_back(static_cast<std::int32_t>(random.below(10)));
  const data::Normalisation normalisation{.mean = {0.5, 0.5, 0.5}, .deviation = {0.25, 0.25, 0.25}};
  auto transform = std::make_shared<data::ShiftTransform>(channels, side, side, normalisation,
                                                          data::Shift::crop_flip);
  return std::make_shared<data::ImageDataset>(std::move(set), std::move(transform),
                                              std::vector<std::string>(10, "class"));
}

class RandomTexts final : public data::Dataset {
 public:
  RandomTexts(std::int64_t count, std::int64_t vocabulary, std::int64_t shortest,
              std::int64_t longest)
      : shape_{.classes = 2, .vocabulary = vocabulary, .tokens = longest},
        class_names_(2, "class") {
    RandomStream random(1, Purpose::random_score);
    const auto below = [&](std::int64_t bound) {
      return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(bound)));
    };
    for (std::int64_t i = 0; i < count; ++i) {
      auto& text =
          texts_.emplace_back(static_cast<std::size_t>(shortest + below(longest - shortest + 1)));
      for (auto& token : text) token = below(vocabulary);
      labels_.push_back(below(2));
    }
  }

  std::int64_t size() const override { return std::ssize(texts_); }
  data::DataShape shape() const override { return shape_; }
  const std::vector<std::string>& class_names() const override { return class_names_; }
  std::int64_t label(std::int64_t index) const override {
    return labels_.at(static_cast<std::size_t>(index));
  }

  void fill(std::span<const std::int64_t> indices, const data::Augmentation&,
            data::Batch& batch) const override {
    batch = {};
    batch.size = std::ssize(indices);
    for (const auto index : indices) {
      batch.lengths.push_back(
          static_cast<std::int64_t>(texts_.at(static_cast<std::size_t>(index)).size()));
      batch.labels.push_back(label(index));
    }
    batch.tokens = std::ranges::max(batch.lengths);
    for (const auto index : indices) {
      const auto& text = at(texts_, index);
      batch.token_ids.insert(batch.token_ids.end(), text.begin(), text.end());
      batch.token_ids.resize(batch.token_ids.size() + static_cast<std::size_t>(batch.tokens) -
                             text.size());
    }
    batch.token_types.resize(batch.token_ids.size());
  }

 private:
  data::DataShape shape_;
  std::vector<std::string> class_names_;
  std::vector<std::vector<std::int64_t>> texts_;
  std::vector<std::int64_t> labels_;
};

}  // namespace

std::shared_ptr<const data::Dataset> random_texts(std::int64_t count, std::int64_t vocabulary,
                                                  std::int64_t shortest, std::int64_t longest) {
  return std::make_shared<RandomTexts>(count, vocabulary, shortest, longest);
}

Workload::Workload(config::RunConfig run_config, std::shared_ptr<const data::Dataset> train,
                   const MakeModel& make_model)
    : config(std::move(run_config)) {
  model = make_model(train->shape());
  splits.train.indices.resize(static_cast<std::size_t>(train->size()));
  std::iota(splits.train.indices.begin(), splits.train.indices.end(), 0);
  splits.train.dataset = std::move(train);
}

Workload::Workload(config::RunConfig run_config, std::int64_t count, std::int64_t side,
                   std::int64_t channels)
    : Workload(run_config, random_images(count, side, channels), [&](const data::DataShape& shape) {
        return model::make_model(run_config.model, shape);
      }) {}

model::Weights Workload::initial_weights() const {
  model::Weights weights(model->layout(), at::kCPU);
  model::initialise(weights, config.seed);
  return weights;
}

config::ModelConfig vit_config(std::int64_t patch, std::int64_t width, std::int64_t depth,
                               std::int64_t heads, std::int64_t mlp_width) {
  config::ModelConfig model;
  model.patch = patch;
  model.width = width;
  model.depth = depth;
  model.heads = heads;
  model.mlp_width = mlp_width;
  return model;
}

config::RunConfig quickstart_config(const Setting& setting) {
  config::RunConfig config;
  config.model = vit_config(7, 4 * scaled(16, setting), 4, 4, 8 * scaled(16, setting));
  config.train.batch = scaled(64, setting, 8);
  config.train.lr = 1e-3;
  return config;
}

Trainee::Trainee(const Workload& workload)
    : workload_(workload),
      loss_(train::make_loss(workload.splits.train.dataset->shape())),
      optimizer_(train::make_optimizer(workload.config.train)),
      weights_(workload.initial_weights()),
      gradients_(weights_),
      mask_(std::make_shared<const mask::Mask>(mask::Mask::all(weights_.layout().prunable())),
            weights_.layout().trained(), weights_.device()),
      moments_(train::fresh_moments(mask_, workload.config.train)) {}

double Trainee::step(const data::Batch& batch, const model::Dropout* dropout) {
  const auto& train = workload_.config.train;
  gradients_.clear();
  train::add_gradient({*workload_.model, weights_, train::precision_of(train.precision)}, *loss_,
                      batch, workload_.splits.train.dataset->shape(),
                      1.0 / static_cast<double>(batch.size), gradients_, dropout);
  optimizer_->step(weights_, gradients_, moments_, mask_,
                   {.lr = train.lr, .weight_decay = train.weight_decay});
  return gradients_.loss();
}

}  // namespace stockpot::bench
