// norm = |g * kept| over all trained tensors;  stop if it or the loss is not finite;
// scale = min(1, clip / (norm + 1e-6));  one pass: masked AdamW with g * scale (kernels/adamw.hpp).
#include "train/optimizer.hpp"

#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>

#include "core/error.hpp"
#include "model/batch_norm.hpp"
#include "train/gradient.hpp"

namespace stockpot::train {

Optimizer::Optimizer(const model::Arena& arena, const config::TrainConfig& config)
    : config_(config), m_(at::zeros({arena.layout().trained()}, arena.weights().options())), v_(at::zeros_like(m_)) {}

double Optimizer::step(model::Arena& arena, const mask::Mask& mask, double lr, double weight_decay) {
  const auto trained = static_cast<std::size_t>(arena.layout().trained());
  const auto place = place_of(arena.weights());
  const auto kept = placed_mask_.words(mask, arena.device());
  const auto g = span_of(arena.gradients()).first(trained);
  const double norm = std::sqrt(kernels::masked_squared_norm(place, g, kept, mask.size()));
  const double loss = loss_of(arena);
  if (!std::isfinite(loss) || !std::isfinite(norm))
    throw NotFiniteError("the " + std::string(std::isfinite(loss) ? "gradient" : "loss") + " of optimizer step " + std::to_string(steps_ + 1) + " is not finite",
                         "loss " + std::to_string(loss) + ", gradient norm " + std::to_string(norm) + "; no weight was changed by it",
                         "lower train.lr, or look for damaged weights or data");
  double scale = 1.0;
  if (config_.clip_norm > 0) scale = std::min(1.0, config_.clip_norm / (norm + 1e-6));  // as torch.nn.utils.clip_grad_norm_
  ++steps_;
  kernels::masked_adamw(place, span_of(arena.weights()).first(trained), g, span_of(m_), span_of(v_), kept, mask.size(),
                        {.lr = lr, .weight_decay = weight_decay, .beta1 = config_.beta1, .beta2 = config_.beta2, .eps = config_.eps, .step = steps_, .gradient_scale = scale});
  model::move_statistics(arena, model::kStatisticsMomentum);
  return norm;
}

void Optimizer::prune(model::Arena& arena, const mask::Mask& mask) {
  const auto kept = placed_mask_.words(mask, arena.device());
  for (const auto& values : {arena.weights(), m_, v_}) kernels::zero_pruned(place_of(values), span_of(values), kept, mask.size());
}

void Optimizer::reset() {
  m_.zero_();
  v_.zero_();
  steps_ = 0;
}

}  // namespace stockpot::train
