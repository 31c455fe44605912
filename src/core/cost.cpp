// SPDX-License-Identifier: Apache-2.0
#include "core/cost.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace stockpot {
namespace {

std::int64_t sum(std::int64_t a, std::int64_t b) {
  std::int64_t total = 0;
  expect(!__builtin_add_overflow(a, b, &total), "a count of /cost passes 2^63", a, b);
  return total;
}

std::int64_t product(std::int64_t a, std::int64_t b) {
  std::int64_t total = 0;
  expect(!__builtin_mul_overflow(a, b, &total), "a count of /cost passes 2^63", a, b);
  return total;
}

Work work_of_row(const PhaseCost& row) {
  return {row.steps, row.samples, row.flops_executed, row.flops_theoretical};
}

}  // namespace

const char* name_of(Phase phase) {
  switch (phase) {
    case Phase::train:
      return "train";
    case Phase::fine_tune:
      return "fine_tune";
    case Phase::look_ahead:
      return "look_ahead";
    case Phase::score:
      return "score";
    case Phase::evaluate:
      return "evaluate";
    case Phase::soup:
      return "soup";
  }
  throw LogicError("a phase without a name");
}

Work& Work::operator+=(const Work& more) {
  steps = sum(steps, more.steps);
  samples = sum(samples, more.samples);
  flops_executed = sum(flops_executed, more.flops_executed);
  flops_theoretical = sum(flops_theoretical, more.flops_theoretical);
  return *this;
}

Work operator*(std::int64_t times, const Work& work) {
  return {product(times, work.steps), product(times, work.samples),
          product(times, work.flops_executed), product(times, work.flops_theoretical)};
}

void CostLedger::book(Phase phase, const Work& work, const Spent& spent) {
  const char* name = name_of(phase);
  auto row = std::ranges::find(rows_, name, &PhaseCost::phase);
  if (row == rows_.end()) row = rows_.insert(row, {.phase = name, .energy_j = 0});
  auto total = work_of_row(*row);
  total += work;
  row->steps = total.steps;
  row->samples = total.samples;
  row->flops_executed = total.flops_executed;
  row->flops_theoretical = total.flops_theoretical;
  row->wall_s += spent.wall_s;
  row->energy_j += spent.energy_j;
}

Work CostLedger::work_of(Phase phase) const {
  const auto row = std::ranges::find(rows_, name_of(phase), &PhaseCost::phase);
  return row == rows_.end() ? Work{} : work_of_row(*row);
}

}  // namespace stockpot
