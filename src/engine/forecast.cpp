// SPDX-License-Identifier: Apache-2.0
#include "engine/forecast.hpp"

#include <iterator>

#include "data/batch_order.hpp"
#include "train/evaluate.hpp"
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
  if (prices_) ledger.book(phase, price_steps(cursor.position, steps), 0);
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
  if (prices_) ledger.book(Phase::look_ahead, work, 0);
}

void Forecast::book(Phase phase, const Price& work) {
  ledger.book(phase, prices_ ? work(splits_, {model_, cursor.kept}) : Work{}, 0);
}

void Forecast::evaluate() {
  if (prices_)
    ledger.book(Phase::evaluate, train::evaluation_work(splits_.validation, {model_, cursor.kept}),
                0);
}

}  // namespace stockpot::engine
