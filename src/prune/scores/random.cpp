// SPDX-License-Identifier: Apache-2.0

#include <ATen/ops/from_blob.h>

#include <vector>

#include "core/random.hpp"
#include "prune/scorer.hpp"

namespace stockpot::prune {
namespace {

class Random final : public Scorer {
 public:
  Keys score(const ScoreInputs& inputs) override {
    const auto prunable = inputs.weights.layout().prunable();
    keys_.resize(static_cast<std::size_t>(prunable));
    RandomStream stream(inputs.task.config.seed, Purpose::random_score,
                        {.round = static_cast<std::uint32_t>(inputs.round)});
    // 31 random bits read as a non-negative float would be NaN for some; 24 bits as a fraction
    // never are, and ties go by index
    for (auto& x : keys_) x = static_cast<float>(stream.bits() >> 8) * 0x1.0p-24F;
    const auto host = at::from_blob(keys_.data(), {prunable}, at::kFloat);
    return {.values = host.to(inputs.weights.device())};
  }

 private:
  std::vector<float> keys_;
};

}  // namespace

std::unique_ptr<Scorer> make_random() { return std::make_unique<Random>(); }

}  // namespace stockpot::prune
