// SPDX-License-Identifier: Apache-2.0
#include "core/random.hpp"
#include "prune/score.hpp"

namespace stockpot::prune {

std::span<const float> random(const ScoreInputs& inputs, std::vector<float>& scratch) {
  scratch.resize(static_cast<std::size_t>(inputs.arena.layout().prunable()));
  RandomStream stream(inputs.context.config.seed, Purpose::random_score,
                      {.round = static_cast<std::uint32_t>(inputs.round)});
  // 31 random bits read as a non-negative float would be NaN for some; 24 bits as a fraction never
  // are, and ties go by index
  for (auto& x : scratch) x = static_cast<float>(stream.bits() >> 8) * 0x1.0p-24F;
  return scratch;
}

}  // namespace stockpot::prune
