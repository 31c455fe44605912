// SPDX-License-Identifier: Apache-2.0
// for k = 0 .. K-1, on rank k mod R:
//   m_k <- the mask of sparsity s_k by magnitude of theta;  theta_k <- training from m_k * theta
//   on its own batches with its own rate and decay;  write theta_k
// Algorithm 3 (Instant Model Soup), steps 1 to 3; and what model soups are made of.
// source: methods.md 3.5, 3.14
#include "soup/train_members.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "comm/all_or_none.hpp"
#include "core/sparsity.hpp"
#include "data/batch_order.hpp"
#include "energy/cost_watch.hpp"
#include "engine/engine.hpp"
#include "engine/forecast.hpp"
#include "engine/side_training.hpp"
#include "prune/select.hpp"
#include "soup/member_rows.hpp"
#include "soup/validation.hpp"

namespace stockpot::soup {
namespace {

train::SharedMask mask_of(const MemberPlan& plan, prune::Scope scope,
                          const engine::RunState& state) {
  if (plan.sparsity == 0) return state.mask;
  const auto kept = state.mask->kept();
  const auto& layout = state.weights.layout();
  return std::make_shared<const mask::Mask>(
      prune::select(prune::magnitude_of(state.weights), *state.mask,
                    prune::quotas_of(scope, *state.mask, keep_count(plan.sparsity, kept), layout)));
}

/// The samples that a member trains on, step by step.
class MemberSamples {
 public:
  MemberSamples(const MemberPlan& plan, const data::Split& split)
      : plan_(plan), order_(data::make_batch_order(split, plan.batch, plan.seed)) {
    if (plan.own_shard)
      shard_ = data::look_ahead_samples(split, plan.batch, plan.steps, plan.seed, 0, 0);
  }

  /// Valid until the next call.
  train::StepSamples at(std::int64_t step) {
    const auto batch = static_cast<std::size_t>(plan_.batch);
    const model::StepKey key{.seed = plan_.seed, .step = static_cast<std::uint32_t>(step)};
    if (!plan_.own_shard) {
      order_->batch(step, indices_);
      return {
          indices_, {.enabled = true, .seed = plan_.seed, .epoch = order_->epoch_of(step)}, key};
    }
    return {std::span(shard_).subspan(static_cast<std::size_t>(step) * batch, batch),
            {.enabled = true, .seed = plan_.seed},
            key};
  }

 private:
  const MemberPlan& plan_;
  std::unique_ptr<const data::BatchOrder> order_;
  std::vector<std::int64_t> shard_, indices_;
};

/// Trains the members of this rank, one after the other.
class OwnMembers {
 public:
  OwnMembers(engine::Engine& engine, const engine::RunState& state)
      : engine_(engine),
        state_(state),
        alone_(engine.task().group.alone()),
        training_(engine.task(), state.weights) {}

  /// What a member became; its weights are those of `weights()`.
  MemberScores train(const MemberPlan& plan, const train::SharedMask& mask, std::int64_t at_once) {
    const auto& task = engine_.task();
    const auto& layout = state_.weights.layout();
    mask_.emplace(mask, layout.trained(), state_.weights.device());
    const train::FlopMeter meter(task.model, *mask);
    MemberSamples samples(plan, task.splits.train);
    MemberScores scores;
    training_.start(state_.weights, *mask_);
    for (std::int64_t step = 0; step < plan.steps; ++step) {
      scores.last_loss =
          training_.step(samples.at(step), {.lr = plan.lr(step), .weight_decay = plan.weight_decay},
                         meter, scores.work);
      engine_.journal().looked_ahead(1, at_once * plan.batch);
      engine_.look_ahead_step_ended(state_);
    }
    scores.work.steps = plan.steps;
    scores.validation = validate(task, {weights(), mask}, alone_, scores.work);
    return scores;
  }

  const model::Weights& weights() { return training_.weights(); }

 private:
  engine::Engine& engine_;
  const engine::RunState& state_;
  comm::Group alone_;
  engine::SideTraining training_;
  std::optional<train::PlacedMask> mask_;
};

/// Rank 0 writes what rank `owner` trained.
void write_from(int owner, std::size_t member, const model::Weights& weights,
                const MemberFiles& files, const comm::Group& group) {
  auto host = weights;
  if (owner != 0 && (group.is_root() || !weights.device().is_cpu()))
    host = model::Weights(weights.shared_layout(), at::kCPU);
  if (owner != 0 && group.rank() == owner) {
    if (!weights.device().is_cpu()) host.values().copy_(weights.values());
    group.send(host.host(), 0);
  }
  if (owner != 0 && group.is_root()) group.receive(host.host(), owner);
  files.write(member, host, group);
}

}  // namespace

void TrainMembers::execute(engine::Engine& engine, engine::RunState& state) const {
  const auto& group = engine.task().group;
  const MemberFiles files(engine.folder() / kMemberFolder);
  const auto count = std::ssize(plans_);
  OwnMembers own(engine, state);
  while (state.cursor.done < count) {
    const energy::CostWatch watch;
    const auto first = state.cursor.done;
    const auto at_once = std::min<std::int64_t>(group.size(), count - first);
    std::vector<train::SharedMask> masks;
    for (std::int64_t i = 0; i < at_once; ++i)
      masks.push_back(mask_of(plans_[static_cast<std::size_t>(first + i)], scope_, state));
    MemberScores scores;
    comm::all_or_none(group, [&] {
      if (group.rank() >= at_once) return;
      const auto rank = static_cast<std::size_t>(group.rank());
      scores = own.train(plans_[static_cast<std::size_t>(first) + rank], masks[rank], at_once);
    });
    for (int owner = 0; owner < static_cast<int>(at_once); ++owner) {
      const auto member = static_cast<std::size_t>(first + owner);
      write_from(owner, member, own.weights(), files, group);
      const auto shared = of_rank(scores, owner, group);
      const auto& plan = plans_[member];
      add_member(engine, state, masks[static_cast<std::size_t>(owner)],
                 {.member = static_cast<std::int64_t>(member),
                  .source = "trained",
                  .lr = plan.line.initial,
                  .weight_decay = plan.weight_decay,
                  .batch = plan.batch,
                  .steps = plan.steps,
                  .kept = 0,
                  .train_loss = shared.last_loss,
                  .validation = shared.validation.primary,
                  .loss = shared.validation.loss});
      state.ledger.book(Phase::soup, shared.work, owner == 0 ? watch.spent() : Spent{});
      ++state.cursor.done;
    }
    if (state.cursor.done < count) engine.part_ended(state);
  }
}

void TrainMembers::foresee(engine::Forecast& forecast) const {
  for (const auto& plan : plans_)
    forecast.train_member({.batch = plan.batch,
                           .steps = plan.steps,
                           .kept = plan.sparsity == 0
                                       ? forecast.cursor.kept
                                       : keep_count(plan.sparsity, forecast.cursor.kept),
                           .seed = plan.seed,
                           .own_shard = plan.own_shard});
}

std::string TrainMembers::describe() const {
  std::int64_t fewest = plans_.front().steps, most = fewest;
  for (const auto& plan : plans_) {
    fewest = std::min(fewest, plan.steps);
    most = std::max(most, plan.steps);
  }
  return fmt::format("train {} soup members of {} steps", plans_.size(),
                     fewest == most ? std::to_string(most) : fmt::format("{} to {}", fewest, most));
}

}  // namespace stockpot::soup
