// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/from_blob.h>

#include "prune/score.hpp"

namespace stockpot::prune {

std::span<const float> magnitude(const ScoreInputs& inputs, std::vector<float>& scratch) {
  const auto prunable = static_cast<std::size_t>(inputs.arena.layout().prunable());
  if (inputs.arena.device().is_cpu()) return inputs.arena.host_weights().first(prunable);
  scratch.resize(prunable);
  const auto size = inputs.arena.layout().prunable();
  at::from_blob(scratch.data(), {size}, at::kFloat)
      .copy_(inputs.arena.weights().narrow(0, 0, size));
  return scratch;
}

}  // namespace stockpot::prune
