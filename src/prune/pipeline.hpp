// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "prune/method.hpp"
#include "prune/plan.hpp"
#include "train/evaluate.hpp"
#include "train/trainer.hpp"

namespace stockpot::prune {

/// Algorithm 1 for every method: train and cut as `plan` says, then fine-tune; `state` ends as what
/// is reported.
///
/// state   in: the initial weights, mask all ones; out: final weights and mask with exactly the
/// planned count of kept weights returns validation scores of the weights that are reported
/// (train.select) throws  AgreedError (exit 77: loss, gradient or a denoiser not finite),
/// LogicError (a count or a mask is not what it must be) collective over `context.comm`
train::Evaluation run_pipeline(const train::Context& context, const Method& method,
                               const Plan& plan, train::TrainState& state);

}  // namespace stockpot::prune
