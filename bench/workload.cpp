#include "bench/workload.hpp"

#include <numeric>

#include "core/random.hpp"
#include "data/image/image_set.hpp"
#include "train/gradient.hpp"

namespace stockpot::bench {
namespace {

std::shared_ptr<const data::Dataset> random_images(std::int64_t count, std::int64_t side, std::int64_t channels) {
  data::ImageSet set{.channels = channels, .pixels = data::Bytes(static_cast<std::size_t>(count * channels * side * side)), .places = {}, .labels = {}};
  RandomStream random(1, Purpose::random_score);
  for (auto& byte : set.pixels.span()) byte = static_cast<std::uint8_t>(random.bits() & 255U);
  set.place_equal(count, side, side);
  for (std::int64_t i = 0; i < count; ++i) set.labels.push_back(static_cast<std::int32_t>(random.below(10)));
  const data::Normalisation normalisation{.mean = {0.5, 0.5, 0.5}, .deviation = {0.25, 0.25, 0.25}};
  auto transform = std::make_shared<data::ShiftTransform>(channels, side, side, normalisation, data::Shift::crop_flip);
  return std::make_shared<data::ImageDataset>(std::move(set), std::move(transform), std::vector<std::string>(10, "class"));
}

}  // namespace

Workload::Workload(config::RunConfig run_config, std::int64_t count, std::int64_t side, std::int64_t channels) : config(std::move(run_config)) {
  splits.train = {random_images(count, side, channels), std::vector<std::int64_t>(static_cast<std::size_t>(count))};
  std::iota(splits.train.indices.begin(), splits.train.indices.end(), 0);
  model = model::make_model(config.model, splits.train.dataset->shape());
}

train::TrainState Workload::fresh_state() const {
  model::Arena arena(model->layout(), at::kCPU);
  model::initialise(arena, config.seed);
  train::Optimizer optimizer(arena, config.train);
  return {std::move(arena), std::move(optimizer), mask::Mask::all(model->layout()->prunable()), {config.train.lr, 0, 1000}};
}

config::ModelConfig vit_config(std::int64_t patch, std::int64_t width, std::int64_t depth, std::int64_t heads, std::int64_t mlp_width) {
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

double train_step(const Workload& workload, train::TrainState& state, const data::Batch& batch) {
  const auto& config = workload.config.train;
  train::clear_gradient(state.arena);
  train::add_gradient(*workload.model, state.arena, batch, workload.splits.train.dataset->shape(), 1.0 / static_cast<double>(batch.size), config.precision);
  state.optimizer.step(state.arena, state.mask, config.lr, config.weight_decay);
  return train::loss_of(state.arena);
}

}  // namespace stockpot::bench
