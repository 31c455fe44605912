// SPDX-License-Identifier: Apache-2.0
#include "engine/journal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/log.hpp"
#include "io/result_layout.hpp"

namespace stockpot::engine {
namespace {

using nlohmann::json;

constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

double sparsity_of(const RunState& state) {
  const auto prunable = state.mask->size();
  if (prunable == 0) return 0;
  return 1.0 - static_cast<double>(state.cursor.kept) / static_cast<double>(prunable);
}

/// A row of result.h5 as a line: its columns by their names.
template <typename Row>
json line_of(const char* event, const RunState& state, const Row& row) {
  json line{{"event", event}, {"step", state.cursor.step}};
  io::for_each_in(io::kColumns<Row>,
                  [&](const auto& column) { line[column.name] = row.*column.member; });
  return line;
}

}  // namespace

void Journal::write(RunState& state, const std::string& line) {
  if (!lines_) return;
  lines_->append(line);
  state.metrics_bytes = lines_->size();
}

void Journal::trained(RunState& state, Phase phase, double loss, double lr, std::int64_t samples) {
  const double sparsity = sparsity_of(state);
  state.records.train.push_back({.step = state.cursor.step,
                                 .loss = loss,
                                 .lr = lr,
                                 .sparsity = sparsity,
                                 .metric = kNotMeasured});
  if (state.cursor.step % kLineEverySteps == 0)
    write(state, json{{"event", "train"},
                      {"phase", name_of(phase)},
                      {"step", state.cursor.step},
                      {"loss", loss},
                      {"lr", lr},
                      {"sparsity", sparsity}}
                     .dump());
  progress_.advance(1, samples,
                    fmt::format("{} loss {:.4f} sparsity {:.3f}", name_of(phase), loss, sparsity));
}

void Journal::validated(RunState& state, const Validation& validation) {
  const double sparsity = sparsity_of(state);
  state.records.validation.push_back({.step = state.cursor.step,
                                      .loss = validation.loss,
                                      .lr = kNotMeasured,
                                      .sparsity = sparsity,
                                      .metric = validation.primary});
  write(state, json{{"event", "validation"},
                    {"step", state.cursor.step},
                    {"loss", validation.loss},
                    {"metric", validation.primary},
                    {"sparsity", sparsity}}
                   .dump());
}

void Journal::looked_ahead(std::int64_t steps, std::int64_t samples) {
  progress_.advance(steps, samples, "look-ahead");
}

void Journal::cut(RunState& state, const io::RoundRow& row, std::vector<io::DensityRow> densities) {
  state.records.rounds.push_back(row);
  std::ranges::move(densities, std::back_inserter(state.records.densities));
  write(state, line_of("round", state, row).dump());
}

void Journal::observed(RunState& state, const io::EarlyBirdRow& row) {
  state.records.early_bird.push_back(row);
  write(state, line_of("early_bird", state, row).dump());
}

void Journal::denoised(RunState& state, const io::DenoiserRow& row) {
  state.records.denoisers.push_back(row);
  write(state, line_of("denoiser", state, row).dump());
}

void Journal::joined(RunState& state, const io::SoupMemberRow& row) {
  state.records.soup_members.push_back(row);
  write(state, line_of("soup_member", state, row).dump());
}

void Journal::tried(RunState& state, const io::SoupTrial& row) {
  state.records.soup.push_back(row);
  write(state, line_of("soup", state, row).dump());
}

void Journal::happened(RunState& state, const std::string& what) {
  state.records.events.push_back({.step = state.cursor.step, .what = what});
  write(state, json{{"event", "note"}, {"step", state.cursor.step}, {"what", what}}.dump());
  log_info(what);
}

}  // namespace stockpot::engine
