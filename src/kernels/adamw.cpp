#include "kernels/adamw.hpp"

#include <cmath>

namespace stockpot::kernels {
namespace {

bool is_kept(std::span<const std::uint64_t> kept, std::int64_t kept_bits, std::size_t i) {
  return kept.empty() || static_cast<std::int64_t>(i) >= kept_bits || (kept[i / 64] >> (i % 64) & 1) != 0;
}

}  // namespace

void masked_adamw(std::span<float> w, std::span<const float> g, std::span<float> m, std::span<float> v,
                  std::span<const std::uint64_t> kept, std::int64_t kept_bits, const AdamWStep& step, int /*threads*/) {
  const double correction1 = 1 - std::pow(step.beta1, step.step), correction2 = 1 - std::pow(step.beta2, step.step);
  const auto decay = static_cast<float>(1 - step.lr * step.weight_decay), rate = static_cast<float>(step.lr / correction1);
  const auto towards = static_cast<float>(1 - step.beta1), beta2 = static_cast<float>(step.beta2), rest2 = static_cast<float>(1 - step.beta2);
  const auto root2 = static_cast<float>(std::sqrt(correction2)), eps = static_cast<float>(step.eps), scale = static_cast<float>(step.gradient_scale);
  for (std::size_t i = 0; i < w.size(); ++i) {
    if (!is_kept(kept, kept_bits, i)) {
      w[i] = m[i] = v[i] = 0;
      continue;
    }
    const float gradient = scale * g[i];
    m[i] = m[i] + towards * (gradient - m[i]);
    v[i] = beta2 * v[i] + rest2 * gradient * gradient;
    w[i] = decay * w[i] - rate * m[i] / (std::sqrt(v[i]) / root2 + eps);
  }
}

double masked_squared_norm(std::span<const float> g, std::span<const std::uint64_t> kept, std::int64_t kept_bits, int /*threads*/) {
  double sum = 0;
  for (std::size_t i = 0; i < g.size(); ++i)
    if (is_kept(kept, kept_bits, i)) sum += static_cast<double>(g[i]) * g[i];
  return sum;
}

void zero_pruned(std::span<float> values, std::span<const std::uint64_t> kept, std::int64_t kept_bits, int /*threads*/) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!is_kept(kept, kept_bits, i)) values[i] = 0;
}

}  // namespace stockpot::kernels
