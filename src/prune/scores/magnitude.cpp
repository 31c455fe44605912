// SPDX-License-Identifier: Apache-2.0
#include "prune/scorer.hpp"

namespace stockpot::prune {
namespace {

class Magnitude final : public Scorer {
 public:
  Keys score(const ScoreInputs& inputs) override { return magnitude_of(inputs.weights); }
};

}  // namespace

std::unique_ptr<Scorer> make_magnitude() { return std::make_unique<Magnitude>(); }

}  // namespace stockpot::prune
