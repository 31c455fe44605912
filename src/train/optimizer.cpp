// SPDX-License-Identifier: Apache-2.0
// norm = |g * kept| over all trained tensors;  stop if it or the loss is not finite;
// scale = min(1, clip / (norm + 1e-6));  one pass: masked AdamW with g * scale (kernels/adamw.hpp).
#include "train/optimizer.hpp"

#include <cmath>
#include <utility>

#include "core/error.hpp"
#include "model/batch_norm.hpp"
#include "model/flat_array.hpp"
#include "train/gradient.hpp"

namespace stockpot::train {

Optimizer::Optimizer(const model::Arena& arena, const mask::Mask& mask,
                     const config::TrainConfig& config)
    : config_(config),
      kept_(mask, arena.layout().trained(), arena.device()),
      m_(model::flat_array(kept_.kept(), arena.device()).zero_()),
      v_(model::flat_array(kept_.kept(), arena.device()).zero_()) {}

void Optimizer::follow(const mask::Mask& mask) {
  if (mask == kept_.mask()) return;
  PlacedMask now(mask, kept_.packing().size, m_.device());
  for (at::Tensor* moment : {&m_, &v_}) {
    const at::Tensor moved = model::flat_array(now.kept(), moment->device());
    kernels::repack(place_of(moved), span_of(*moment), kept_.packing(), span_of(moved),
                    now.packing());
    *moment = moved;
  }
  kept_ = std::move(now);
}

double Optimizer::step(model::Arena& arena, const mask::Mask& mask, double lr,
                       double weight_decay) {
  const auto trained = static_cast<std::size_t>(arena.layout().trained());
  const auto place = place_of(arena.weights());
  const auto g = span_of(arena.gradients()).first(trained);
  follow(mask);
  const auto packing = kept_.packing();
  const double norm =
      std::sqrt(kernels::masked_squared_norm(place, g, packing.kept, packing.kept_bits));
  const double loss = loss_of(arena);
  if (!std::isfinite(loss) || !std::isfinite(norm))
    throw NotFiniteError("the " + std::string(std::isfinite(loss) ? "gradient" : "loss") +
                             " of optimizer step " + std::to_string(steps_ + 1) + " is not finite",
                         "loss " + std::to_string(loss) + ", gradient norm " +
                             std::to_string(norm) + "; no weight was changed by it",
                         "lower train.lr, or look for damaged weights or data");
  double scale = 1.0;
  if (config_.clip_norm > 0)
    scale = std::min(1.0, config_.clip_norm / (norm + 1e-6));  // as torch.nn.utils.clip_grad_norm_
  ++steps_;
  kernels::masked_adamw(place, span_of(arena.weights()).first(trained), g, span_of(m_), span_of(v_),
                        packing,
                        {.lr = lr,
                         .weight_decay = weight_decay,
                         .beta1 = config_.beta1,
                         .beta2 = config_.beta2,
                         .eps = config_.eps,
                         .step = steps_,
                         .gradient_scale = scale});
  model::move_statistics(arena, model::kStatisticsMomentum);
  return norm;
}

void Optimizer::prune(model::Arena& arena, const mask::Mask& mask) {
  follow(mask);
  const auto packing = kept_.packing();
  kernels::zero_pruned(place_of(arena.weights()), span_of(arena.weights()), packing.kept,
                       packing.kept_bits);
}

void Optimizer::reset() {
  m_.zero_();
  v_.zero_();
  steps_ = 0;
}

}  // namespace stockpot::train
