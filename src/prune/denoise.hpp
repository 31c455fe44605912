// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "prune/plan.hpp"
#include "prune/score.hpp"
#include "train/trainer.hpp"

namespace stockpot::prune {

/// How denoiser n of a round trains, drawn from (seed, round, n).
struct Protocol {
  double lr = 0;            ///< constant: train.lr * 10^u, u uniform in +- isp.lr_decades
  double weight_decay = 0;  ///< one of 0, train.weight_decay / 10, train.weight_decay
};

/// source: methods.md 3.3 (the paper says "learning rate, weight decay, etc." and gives no values)
Protocol draw_protocol(const config::RunConfig& config, std::int64_t round, std::int64_t denoiser);

/// A cut and what it was made from.
struct DenoisedCut {
  mask::Mask mask;
  std::int64_t kept_union = 0;  ///< weights that at least one mask kept
};

/// Algorithm 2: prune `state` from its mask down to `cut.keep` weights by N look-aheads.
///
/// Denoiser n runs on rank n mod R and depends on (seed, round, n, state) only, so the cut has the
/// same bits for every number of ranks. It starts from the main weights under the current mask,
/// trains isp.look_ahead_steps steps on its own samples with its own protocol and a fresh
/// optimizer, makes its mask, and is thrown away: `state` is read only.
///
/// Union rules (methods.md 3.3); U is the union of the N keep-masks, and of the mask without
/// look-ahead where isp.include_base:
///   votes     the K weights of U with most votes, then largest score, then highest index
///   released  all of U, so that sparsity lags the plan; the last cut takes the K of U with the
///   largest score (the official code) literal   the K of U with the largest score, base always
///   included: provably the mask without look-ahead (Algorithm 2 as printed) mean      the K with
///   the largest mean |score| over the denoisers, and the main network where isp.include_base
/// last      whether this is the last cut of the plan
/// throws    AgreedError (exit 77) if any denoiser diverges
/// collective over `context.comm`
DenoisedCut denoised_cut(const train::Context& context, const train::TrainState& state,
                         const Cut& cut, bool last, Score score, const std::string& scope);

}  // namespace stockpot::prune
