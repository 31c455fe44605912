// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <limits>

namespace stockpot::mask {

/// Two masks that were cut from the same candidates, counted.
struct Comparison {
  std::int64_t candidates = 0;  ///< weights that either could have kept
  std::int64_t kept_a = 0, kept_b = 0;
  std::int64_t distance = 0;  ///< weights on which they differ
};

/// How alike two masks are; NaN where a measure says nothing (an empty set, no chance).
struct Agreement {
  double cosine = std::numeric_limits<double>::quiet_NaN();  ///< of the keep masks as vectors
  double iou =
      std::numeric_limits<double>::quiet_NaN();  ///< of the pruned sets: common over united
  double kappa = std::numeric_limits<double>::quiet_NaN();  ///< Cohen's, over the candidates

  template <typename Self, typename Visit>
  static void visit(Self& self, Visit&& visit) {
    auto& [cosine, iou, kappa] = self;
    visit("cosine", cosine);
    visit("iou", iou);
    visit("kappa", kappa);
  }
};

/// The measures of a comparison, from its integers alone.
///
/// cosine  |A and B| / sqrt(|A| |B|): what the paper's Figure 3 shows; two random masks that keep a
///         fraction d have d already
/// iou     of what each prunes of the candidates
/// kappa   (o - e) / (1 - e), o the fraction on which they agree, e what chance gives their counts
/// source  methods.md 3.3; Cohen, "A coefficient of agreement for nominal scales", 1960
///
/// Example:
///     const auto same = agreement({.candidates = 10, .kept_a = 8, .kept_b = 8, .distance = 0});
///     EXPECT_EQ(same.kappa, 1);
///     const auto apart = agreement({.candidates = 10, .kept_a = 8, .kept_b = 8, .distance = 4});
///     EXPECT_EQ(apart.iou, 0);         // each prunes 2, no common one
///     EXPECT_EQ(apart.cosine, 0.75);   // 6 common of 8
Agreement agreement(const Comparison& pair);

}  // namespace stockpot::mask
