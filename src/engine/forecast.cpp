// SPDX-License-Identifier: Apache-2.0
#include "engine/forecast.hpp"

#include <iterator>

#include "data/batch_order.hpp"
#include "train/evaluate.hpp"
#include "train/statistics.hpp"
#include "train/step_engine.hpp"

namespace stockpot::engine {

Forecast::Forecast(const config::RunConfig& config, const model::Model& model,
                   const data::Splits& splits, const train::LearningRateLine& line)
    : cursor{.line = line, .kept = model.layout()->prunable()},
      config_(config),
      model_(model),
      splits_(splits),
      order_(data::make_batch_order(splits.train, config.train.batch, config.seed)) {}

void Forecast::run(const Program& program,
                   const std::function<void(const Action&, const Forecast&)>& visit) {
  while (const Action* action = program.next(cursor)) {
    action->foresee(*this);
    ++cursor.action;
    if (visit) visit(*action, *this);
  }
}

void Forecast::train(Phase phase, std::int64_t steps) {
  if (prices_) ledger.book(phase, price_steps(cursor.position, steps), {});
  cursor.step += steps;
  cursor.position += steps;
}

Work Forecast::price_steps(std::int64_t first, std::int64_t steps) {
  const auto& dataset = *splits_.train.dataset;
  const train::FlopMeter meter(model_, cursor.kept);
  const int parts = train::parts_of(train::reduction_of(config_.dist), config_.dist);
  std::vector<std::int64_t> indices;
  const auto price = [&](std::int64_t position) {
    order_->batch(position, indices);
    return train::step_work(dataset, indices, parts, meter);
  };
  Work work;
  if (!dataset.lengths().empty()) {
    for (std::int64_t position = first; position < first + steps; ++position)
      work += price(position);
    return work;
  }
  // batches of samples of one size differ at the end of an epoch only
  const auto per_epoch = order_->steps_per_epoch();
  const std::int64_t ends = (first + steps) / per_epoch - first / per_epoch;
  if (ends > 0) work += ends * price(per_epoch - 1);
  if (steps > ends) work += (steps - ends) * price(0);
  return work;
}

void Forecast::look_ahead(std::int64_t round, std::int64_t denoisers) {
  const auto& dataset = *splits_.train.dataset;
  const train::FlopMeter meter(model_, cursor.kept);
  // samples of one size and a fixed number of steps: every batch of every denoiser is like the
  // first
  const bool fixed_steps = config_.isp.look_ahead_share == 0;
  const bool all_alike = fixed_steps && dataset.lengths().empty();
  if (fixed_steps) look_ahead_steps += denoisers * config_.isp.look_ahead_steps;
  if (fixed_steps && !prices_) return;
  Work work;
  for (std::int64_t n = 0; n < (all_alike ? 1 : denoisers); ++n) {
    const auto batches = data::look_ahead_batches(
        splits_.train, config_, static_cast<std::uint32_t>(round), static_cast<std::uint32_t>(n));
    if (!fixed_steps) look_ahead_steps += std::ssize(batches);
    if (all_alike)
      work = denoisers * std::ssize(batches) * train::step_work(dataset, batches.front(), 1, meter);
    else if (prices_)
      for (const auto& batch : batches) work += train::step_work(dataset, batch, 1, meter);
  }
  if (prices_) ledger.book(Phase::look_ahead, work, {});
}

void Forecast::book(Phase phase, const Price& work) {
  ledger.book(phase, prices_ ? work(splits_, {model_, cursor.kept}) : Work{}, {});
}

void Forecast::evaluate() {
  if (prices_)
    ledger.book(Phase::evaluate, train::evaluation_work(splits_.validation, {model_, cursor.kept}),
                {});
}

void Forecast::train_member(const MemberTraining& member) {
  ++members;
  ++kept_members;
  member_steps += member.steps;
  if (!prices_) return;
  const auto& dataset = *splits_.train.dataset;
  const train::FlopMeter meter(model_, member.kept);
  const auto order = data::make_batch_order(splits_.train, member.batch, member.seed);
  const auto batch = static_cast<std::size_t>(member.batch);
  std::vector<std::int64_t> shard, indices;
  if (member.own_shard)
    shard = data::look_ahead_samples(splits_.train, member.batch, member.steps, member.seed, 0, 0);
  Work work;
  for (std::int64_t step = 0; step < member.steps; ++step) {
    if (!member.own_shard) order->batch(step, indices);
    const auto samples = member.own_shard ? std::span<const std::int64_t>(shard).subspan(
                                                static_cast<std::size_t>(step) * batch, batch)
                                          : std::span<const std::int64_t>(indices);
    work += train::step_work(dataset, samples, 1, meter);
  }
  auto validation = train::evaluation_work(splits_.validation, meter);
  validation.steps = 0;
  work += validation;
  ledger.book(Phase::soup, work, {});
}

void Forecast::mix(std::int64_t trials, std::int64_t statistics) {
  if (!prices_) return;
  const train::FlopMeter meter(model_, cursor.kept);
  auto work = train::evaluation_work(splits_.validation, meter);
  work.steps = 0;
  if (model_.layout()->tracked() > model_.layout()->trained())
    work += train::statistics_work(splits_.train, config_, statistics, meter);
  ledger.book(Phase::soup, trials * work, {});
}

}  // namespace stockpot::engine
