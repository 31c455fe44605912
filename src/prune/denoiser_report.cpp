// SPDX-License-Identifier: Apache-2.0
#include "prune/denoiser_report.hpp"

#include "io/result_layout.hpp"
#include "mask/union.hpp"

namespace stockpot::prune {
namespace {

constexpr std::size_t kRowColumns =
    std::tuple_size_v<std::remove_cvref_t<decltype(io::kColumns<io::DenoiserRow>)>>;

/// Every rank's rows on every rank, by denoiser: each rank writes its own, adding zeros is exact.
std::vector<io::DenoiserRow> all_rows(const engine::Ballot& ballot, std::int64_t count,
                                      const comm::Group& group) {
  std::vector<double> table(static_cast<std::size_t>(count) * kRowColumns, 0.0);
  const auto cells = [&](std::size_t n) { return &table[n * kRowColumns]; };
  for (const auto& vote : ballot.votes) {
    double* cell = cells(static_cast<std::size_t>(vote.row.denoiser));
    io::for_each_in(io::kColumns<io::DenoiserRow>, [&](const auto& column) {
      *cell++ = static_cast<double>(vote.row.*column.member);
    });
  }
  group.sum(std::span(table));
  std::vector<io::DenoiserRow> rows(static_cast<std::size_t>(count));
  for (std::size_t n = 0; n < rows.size(); ++n) {
    const double* cell = cells(n);
    io::for_each_in(io::kColumns<io::DenoiserRow>,
                    [&]<typename T>(const io::Column<io::DenoiserRow, T>& column) {
                      rows[n].*column.member = static_cast<T>(*cell++);
                    });
  }
  return rows;
}

Work all_work(const engine::Ballot& ballot, const comm::Group& group) {
  Work own;
  for (const auto& vote : ballot.votes) own += vote.work;
  std::int64_t counts[] = {own.steps, own.samples, own.flops_executed, own.flops_theoretical};
  group.sum(std::span<std::int64_t>(counts));
  return {counts[0], counts[1], counts[2], counts[3]};
}

void save_masks(engine::RunState& state, std::int64_t count, const comm::Group& group) {
  for (std::int64_t n = 0; n < count; ++n) {
    auto mask = mask::Mask::none(state.mask->size());
    for (const auto& vote : state.ballot.votes)
      if (vote.row.denoiser == n) mask = vote.mask;
    mask::unite_over_ranks(mask, group);
    state.records.denoiser_masks.push_back({.round = state.ballot.round,
                                            .denoiser = n,
                                            .kept = mask.kept(),
                                            .size = mask.size(),
                                            .bits = pack_big_endian(mask, 0, mask.size())});
  }
}

}  // namespace

void report_denoisers(engine::Engine& engine, engine::RunState& state, std::int64_t count,
                      const Stopwatch& watch) {
  const auto& group = engine.task().group;
  for (const auto& row : all_rows(state.ballot, count, group))
    engine.journal().denoised(state, row);
  if (engine.task().config.isp.save_masks) save_masks(state, count, group);
  const auto work = all_work(state.ballot, group);
  state.ledger.book(Phase::look_ahead, work, watch.elapsed_s());
}

}  // namespace stockpot::prune
