// SPDX-License-Identifier: Apache-2.0
// norm = |g * kept| over all trained tensors;  stop if it or the loss is not finite;
// scale = min(1, clip / (norm + 1e-6));  one pass: masked AdamW with g * scale (kernels/adamw.hpp).
#include "train/optimizer.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"
#include "model/batch_norm.hpp"
#include "model/flat_array.hpp"

namespace stockpot::train {

Moments fresh_moments(const PlacedMask& mask) {
  return {.first = model::flat_array(mask.kept(), mask.device()).zero_(),
          .second = model::flat_array(mask.kept(), mask.device()).zero_(),
          .steps = 0};
}

void repack(Moments& moments, const PlacedMask& before, const PlacedMask& now) {
  for (at::Tensor* moment : {&moments.first, &moments.second}) {
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

double AdamW::step(model::Weights& weights, const model::Gradients& gradients, Moments& moments,
                   const PlacedMask& mask, double lr, double weight_decay) const {
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
  kernels::masked_adamw(place, span_of(weights.values()).first(trained), g, span_of(moments.first),
                        span_of(moments.second), packing,
                        {.lr = lr,
                         .weight_decay = weight_decay,
                         .beta1 = config_.beta1,
                         .beta2 = config_.beta2,
                         .eps = config_.eps,
                         .step = moments.steps,
                         .gradient_scale = scale});
  model::move_statistics(weights, gradients, model::kStatisticsMomentum);
  return norm;
}

}  // namespace stockpot::train
