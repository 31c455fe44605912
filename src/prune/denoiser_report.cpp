// SPDX-License-Identifier: Apache-2.0
#include "prune/denoiser_report.hpp"

#include <algorithm>
#include <iterator>

#include "core/index.hpp"
#include "engine/summed_work.hpp"
#include "io/result_layout.hpp"
#include "mask/agreement.hpp"
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
  return engine::summed(own, group);
}

/// Calls visit(n, mask) for every denoiser's mask in turn, on every rank.
template <typename Visit>
void for_each_mask(const engine::RunState& state, std::int64_t count, const comm::Group& group,
                   Visit visit) {
  for (std::int64_t n = 0; n < count; ++n) {
    auto mask = mask::Mask::none(state.mask->size());
    for (const auto& vote : state.ballot.votes)
      if (vote.row.denoiser == n) mask = vote.mask;
    mask::unite_over_ranks(mask, group);
    visit(n, mask);
  }
}

void save_masks(engine::RunState& state, std::int64_t count, const comm::Group& group) {
  for_each_mask(state, count, group, [&](std::int64_t n, const mask::Mask& mask) {
    state.records.denoiser_masks.push_back({.round = state.ballot.round,
                                            .denoiser = n,
                                            .kept = mask.kept(),
                                            .size = mask.size(),
                                            .bits = pack_big_endian(mask, 0, mask.size())});
  });
}

/// Pairs of the first denoisers, up to this many: their number grows as the square.
constexpr std::int64_t kMostCompared = 32;

/// How alike the denoisers' masks are. Each mask passes by once; who holds another one compares.
engine::PairAgreement pair_agreement(const engine::RunState& state,
                                     const std::vector<io::DenoiserRow>& rows,
                                     const comm::Group& group) {
  const auto count = std::min(std::ssize(rows), kMostCompared);
  if (count < 2) return {};
  std::vector<std::int64_t> distances(static_cast<std::size_t>(count * count));
  const auto place = [&](std::int64_t a, std::int64_t b) {
    return static_cast<std::size_t>(a * count + b);
  };
  for_each_mask(state, count, group, [&](std::int64_t n, const mask::Mask& mask) {
    for (const auto& vote : state.ballot.votes)
      if (vote.row.denoiser > n && vote.row.denoiser < count)
        distances[place(n, vote.row.denoiser)] = mask.distance(vote.mask);
  });
  group.sum(std::span(distances));
  engine::PairAgreement all{.pairs = count * (count - 1) / 2, .mean = {0, 0, 0}};
  const auto share = 1.0 / static_cast<double>(all.pairs);
  for (std::int64_t a = 0; a < count; ++a)
    for (std::int64_t b = a + 1; b < count; ++b) {
      const auto pair = mask::agreement({.candidates = state.cursor.kept,
                                         .kept_a = at(rows, a).kept,
                                         .kept_b = at(rows, b).kept,
                                         .distance = distances[place(a, b)]});
      all.mean.cosine += share * pair.cosine;
      all.mean.iou += share * pair.iou;
      all.mean.kappa += share * pair.kappa;
    }
  return all;
}

}  // namespace

void report_denoisers(engine::Engine& engine, engine::RunState& state, std::int64_t count,
                      const energy::CostWatch& watch) {
  const auto& group = engine.task().group;
  const auto rows = all_rows(state.ballot, count, group);
  for (const auto& row : rows) engine.journal().denoised(state, row);
  state.ballot.agreement = pair_agreement(state, rows, group);
  if (engine.task().config.isp.save_masks) save_masks(state, count, group);
  const auto work = all_work(state.ballot, group);
  state.ledger.book(Phase::look_ahead, work, watch.spent());
}

}  // namespace stockpot::prune
