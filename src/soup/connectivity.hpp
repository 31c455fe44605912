// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "soup/trials.hpp"

namespace stockpot::soup {

/// How far two sets of weights are from each other.
struct Distance {
  double l2 = 0;         ///< Euclidean, over all trained weights
  double angle_deg = 0;  ///< between them as vectors, in degrees; 0 where one is zero
};

/// source  methods.md 3.14. Sums in fp64 in a fixed order: the same bits everywhere.
Distance distance_between(const model::Weights& a, const model::Weights& b);

/// Loss half way between two networks above the mean of theirs; a barrier says that averaging
/// harms. NaN without validation samples. source: Frankle et al., "Linear mode connectivity and the
/// lottery ticket hypothesis", ICML 2020
inline double barrier(double loss_between, double loss_a, double loss_b) {
  return loss_between - (loss_a + loss_b) / 2;
}

}  // namespace stockpot::soup
