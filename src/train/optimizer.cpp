// norm = |g * kept| over all trained tensors;  stop if it or the loss is not finite;
// scale = min(1, clip / (norm + 1e-6));  one pass: masked AdamW with g * scale (kernels/adamw.hpp).
#include "train/optimizer.hpp"

#include <ATen/Parallel.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>

#include "core/error.hpp"
#include "kernels/adamw.hpp"
#include "model/batch_norm.hpp"
#include "train/gradient.hpp"

namespace stockpot::train {
namespace {

std::span<float> host(const at::Tensor& t) { return {t.data_ptr<float>(), static_cast<std::size_t>(t.numel())}; }

}  // namespace

Optimizer::Optimizer(const model::Arena& arena, const config::TrainConfig& config)
    : config_(config), m_(at::zeros({arena.layout().trained()}, arena.weights().options())), v_(at::zeros_like(m_)) {}

double Optimizer::step(model::Arena& arena, const mask::Mask& mask, double lr, double weight_decay) {
  const auto trained = static_cast<std::size_t>(arena.layout().trained());
  const int threads = at::get_num_threads();
  const auto g = arena.host_gradients().first(trained);
  const double norm = std::sqrt(kernels::masked_squared_norm(g, mask.words(), mask.size(), threads));
  const double loss = loss_of(arena);
  if (!std::isfinite(loss) || !std::isfinite(norm))
    throw NotFiniteError("the " + std::string(std::isfinite(loss) ? "gradient" : "loss") + " of optimizer step " + std::to_string(steps_ + 1) + " is not finite",
                         "loss " + std::to_string(loss) + ", gradient norm " + std::to_string(norm) + "; no weight was changed by it",
                         "lower train.lr, or look for damaged weights or data");
  double scale = 1.0;
  if (config_.clip_norm > 0) scale = std::min(1.0, config_.clip_norm / (norm + 1e-6));  // as torch.nn.utils.clip_grad_norm_
  ++steps_;
  kernels::masked_adamw(arena.host_weights().first(trained), g, host(m_), host(v_), mask.words(), mask.size(),
                        {.lr = lr, .weight_decay = weight_decay, .beta1 = config_.beta1, .beta2 = config_.beta2, .eps = config_.eps, .step = steps_, .gradient_scale = scale},
                        threads);
  model::move_statistics(arena, model::kStatisticsMomentum);
  return norm;
}

void Optimizer::forget(const mask::Mask& mask) {
  const int threads = at::get_num_threads();
  for (const auto& moment : {m_, v_}) kernels::zero_pruned(host(moment), mask.words(), mask.size(), threads);
}

void Optimizer::reset() {
  m_.zero_();
  v_.zero_();
  steps_ = 0;
}

}  // namespace stockpot::train
