// SPDX-License-Identifier: Apache-2.0
// norm = |g * kept| over all trained tensors;  stop if it or the loss is not finite;
// scale = min(1, clip / (norm + 1e-6));  one pass: the masked formula with g * scale
// (kernels/adamw.hpp, kernels/sgd.hpp).
#include "train/optimizer.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"
#include "model/batch_norm.hpp"
#include "model/flat_array.hpp"

namespace stockpot::train {
namespace {

class AdamW final : public Optimizer {
 public:
  using Optimizer::Optimizer;

 private:
  void update(const Update& u) const override {
    kernels::masked_adamw(u.place, u.weights, u.gradients, span_of(u.moments.first),
                          span_of(u.moments.second), u.packing,
                          {.lr = u.rates.lr,
                           .weight_decay = u.rates.weight_decay,
                           .beta1 = config().beta1,
                           .beta2 = config().beta2,
                           .eps = config().eps,
                           .step = u.moments.steps,
                           .gradient_scale = u.gradient_scale});
  }
};

class Sgd final : public Optimizer {
 public:
  using Optimizer::Optimizer;

 private:
  void update(const Update& u) const override {
    kernels::masked_sgd(u.place, u.weights, u.gradients, span_of(u.moments.first), u.packing,
                        {.lr = u.rates.lr,
                         .weight_decay = u.rates.weight_decay,
                         .momentum = config().momentum,
                         .gradient_scale = u.gradient_scale});
  }
};

template <typename Kind>
std::unique_ptr<const Optimizer> make(const config::TrainConfig& config) {
  return std::make_unique<Kind>(config);
}

struct NamedOptimizer {
  const char* name;
  bool second_moment;
  std::unique_ptr<const Optimizer> (*make)(const config::TrainConfig&);
};

// one row per optimizer; a new one is one kernel, one class, one row here, one value in
// config/run_config.hpp
constexpr NamedOptimizer kOptimizers[] = {
    {"adamw", true, make<AdamW>},
    {"sgd", false, make<Sgd>},
};

const NamedOptimizer& row_of(const config::TrainConfig& config) {
  for (const auto& row : kOptimizers)
    if (config.optimizer == row.name) return row;
  throw ConfigError("train.optimizer " + config.optimizer + " is unknown");
}

}  // namespace

std::unique_ptr<const Optimizer> make_optimizer(const config::TrainConfig& config) {
  return row_of(config).make(config);
}

Moments fresh_moments(const PlacedMask& mask, const config::TrainConfig& config) {
  const auto second = row_of(config).second_moment ? mask.kept() : 0;
  return {.first = model::flat_array(mask.kept(), mask.device()).zero_(),
          .second = model::flat_array(second, mask.device()).zero_(),
          .steps = 0};
}

void clear(Moments& moments) {
  moments.first.zero_();
  moments.second.zero_();
  moments.steps = 0;
}

void repack(Moments& moments, const PlacedMask& before, const PlacedMask& now) {
  for (at::Tensor* moment : {&moments.first, &moments.second}) {
    if (moment->numel() == 0) continue;  // the optimizer has none
    const at::Tensor moved = model::flat_array(now.kept(), moment->device());
    kernels::repack(place_of(moved), span_of(*moment), before.packing(), span_of(moved),
                    now.packing());
    *moment = moved;
  }
}

void zero_pruned(const model::Weights& weights, const PlacedMask& mask) {
  const auto packing = mask.packing();
  kernels::zero_pruned(place_of(weights.values()), span_of(weights.values()), packing.kept,
                       packing.kept_bits);
}

double Optimizer::step(model::Weights& weights, const model::Gradients& gradients, Moments& moments,
                       const PlacedMask& mask, const StepRates& rates) const {
  const auto trained = static_cast<std::size_t>(weights.layout().trained());
  const auto place = place_of(weights.values());
  const auto g = span_of(gradients.values()).first(trained);
  const auto packing = mask.packing();
  expect(moments.first.numel() == mask.kept(), "moments were packed by another mask",
         moments.first.numel(), mask.kept());
  const double norm =
      std::sqrt(kernels::masked_squared_norm(place, g, packing.kept, packing.kept_bits));
  const double loss = gradients.loss();
  if (!std::isfinite(loss) || !std::isfinite(norm))
    throw NotFiniteError(
        fmt::format("the {} of optimizer step {} is not finite",
                    std::isfinite(loss) ? "gradient" : "loss", moments.steps + 1),
        fmt::format("loss {}, gradient norm {}; no weight was changed by it", loss, norm),
        "lower train.lr, or look for damaged weights or data");
  double scale = 1.0;
  if (config_.clip_norm > 0)  // as torch.nn.utils.clip_grad_norm_
    scale = std::min(1.0, config_.clip_norm / (norm + 1e-6));
  ++moments.steps;
  update({.place = place,
          .weights = span_of(weights.values()).first(trained),
          .gradients = g,
          .moments = moments,
          .packing = packing,
          .rates = rates,
          .gradient_scale = scale});
  model::move_statistics(weights, gradients, model::kStatisticsMomentum);
  return norm;
}

}  // namespace stockpot::train
