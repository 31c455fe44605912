// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "comm/group.hpp"
#include "engine/run_state.hpp"
#include "prune/select.hpp"

namespace stockpot::prune {

/// What a cut is decided by.
struct Election {
  const engine::Ballot& ballot;      ///< complete: all ranks together hold every denoiser's vote
  const Keys& keys;                  ///< of the main network
  const mask::Mask& mask;            ///< the one that is cut
  const std::vector<Quota>& quotas;  ///< who competes with whom, and how many survive
  bool include_base = true;          ///< the cut without look-ahead votes too
  bool last = false;                 ///< of the plan
};

/// A cut, and the union that it was made from.
struct Decision {
  mask::Mask mask;
  std::int64_t kept_union = 0;  ///< weights that at least one mask kept
};

/// Make one mask of a ballot. U is the union of the denoisers' masks, and of the base mask where it
/// takes part; within each quota survive
///   votes     those of U with most votes, then the largest key, then the highest index
///   released  all of U, so that sparsity lags the plan; in the last cut those of U with the
///   largest
///             key (the official code)
///   literal   those of U with the largest key, base always included: provably the base mask
///             (Algorithm 2 as printed)
///   mean      those with the largest mean key over the denoisers, and the main network where the
///             base takes part
/// source  methods.md 3.3
/// collective over `group`
Decision decide(UnionRule rule, const Election& election, const comm::Group& group);

}  // namespace stockpot::prune
