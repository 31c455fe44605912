// SPDX-License-Identifier: Apache-2.0
#include "kernels/sgd.hpp"

#include "kernels/masked_step.hpp"
#include "kernels/sgd_passes.hpp"

namespace stockpot::kernels {

SgdFactors factors_of(const SgdStep& step) {
  return {.rate = static_cast<float>(step.lr),
          .weight_decay = static_cast<float>(step.weight_decay),
          .momentum = static_cast<float>(step.momentum),
          .gradient_scale = static_cast<float>(step.gradient_scale)};
}

void masked_sgd(std::span<float> w, std::span<const float> g, std::span<float> m,
                const Packing& packing, const SgdStep& step, int threads) {
  expect_packed(m, packing);
  const SgdFactors factors = factors_of(step);
  step_kept(w, g, packing, threads,
            [&](float* w_at, const float* g_at, std::size_t place, std::size_t count) {
              sgd_elements({w_at, g_at, m.data() + place}, count, factors);
            });
}

}  // namespace stockpot::kernels
