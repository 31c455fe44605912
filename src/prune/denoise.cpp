// SPDX-License-Identifier: Apache-2.0
// Algorithm 2 (Denoised pruning):
//   base <- select(score(theta), m, K)
//   for n = 0 .. N-1, on rank n mod R:  theta_n <- look-ahead from theta;  m_n <-
//   select(score(theta_n), m, K) combine base and m_0 .. m_{N-1} by the union rule into exactly K
//   weights
#include "prune/denoise.hpp"

#include <ATen/Parallel.h>

#include <cmath>
#include <exception>

#include "comm/all_or_none.hpp"
#include "comm/tree_sum.hpp"
#include "core/random.hpp"
#include "core/stopwatch.hpp"
#include "kernels/select.hpp"
#include "mask/union.hpp"
#include "prune/look_ahead.hpp"
#include "prune/select.hpp"

namespace stockpot::prune {
namespace {

/// What the union rules work on.
struct Round {
  const train::Context& context;
  const train::TrainState& state;
  const Cut& cut;
  bool last;
  std::span<const float> scores;  // of the main network
  mask::Mask base;                // the cut without look-ahead
};

mask::Mask largest(const Round& round, const mask::Mask& candidates, std::int64_t keep) {
  auto kept = mask::Mask::none(candidates.size());
  kernels::select_largest(round.scores, candidates.words(), keep, kept.words(),
                          at::get_num_threads());
  return kept;
}

/// The mask without look-ahead takes part once: on rank 0.
std::vector<mask::Mask> with_base(const Round& round, std::vector<mask::Mask> masks, bool include) {
  if (include && round.context.comm.is_root()) masks.push_back(round.base);
  return masks;
}

mask::Mask united(const Round& round, const std::vector<mask::Mask>& masks) {
  auto all = mask::Mask::none(round.base.size());
  for (const auto& mask : masks) all.unite(mask);
  mask::unite_over_ranks(all, round.context.comm);
  return all;
}

/// Unanimous weights first, then the contested ones level by level; the level that does not fit
/// whole is decided by score.
DenoisedCut by_votes(const Round& round, const std::vector<mask::Mask>& masks) {
  const auto votes = mask::count_votes(masks, round.base.size(), round.context.comm);
  auto kept = votes.unanimous;
  std::int64_t missing = round.cut.keep - kept.kept();
  std::uint16_t most = 0;
  for (const auto count : votes.counts) most = std::max(most, count);
  for (std::uint16_t level = most; missing > 0 && level > 0; --level) {
    auto candidates = mask::Mask::none(kept.size());
    std::int64_t size = 0;
    for (std::size_t i = 0; i < votes.counts.size(); ++i) {
      if (votes.counts[i] != level) continue;
      candidates.set(votes.contested[i], true);
      ++size;
    }
    if (size > missing) candidates = largest(round, candidates, missing);
    kept.unite(candidates);
    missing -= std::min(size, missing);
  }
  return {std::move(kept), votes.united.kept()};
}

DenoisedCut by_union(const Round& round, const std::vector<mask::Mask>& masks, bool exact) {
  auto all = united(round, masks);
  const auto kept_union = all.kept();
  return {exact ? largest(round, all, round.cut.keep) : std::move(all), kept_union};
}

/// Runs this rank's denoisers and keeps what each says of itself.
struct Denoisers {
  const Round& round;
  const std::string& scope;
  LookAhead look_ahead;
  std::vector<io::DenoiserRow> rows;
  std::vector<mask::Mask> masks;  // this rank's, in increasing denoiser
  std::exception_ptr failure;

  /// Scores of denoiser n; once one has failed, the rest are skipped (the ranks agree on it later).
  void run(std::int64_t n, const std::function<void(std::span<const float>)>& use_scores) {
    if (failure) return;
    try {
      io::DenoiserRow row;
      const auto scores = look_ahead.run(n, row);
      masks.push_back(
          select(scores, round.state.mask, round.cut.keep, scope, round.state.arena.layout()));
      row.kept = masks.back().kept();
      row.differs_from_base = masks.back().distance(round.base);
      rows.push_back(row);
      use_scores(scores);
      round.context.journal.looked_ahead(row.steps);
    } catch (...) {
      failure = std::current_exception();
    }
  }
};

/// Mean of |score|: sums over denoisers in a fixed tree, the main network added last; the mean
/// ranks as the sum does.
DenoisedCut by_mean(const Round& round, Denoisers& denoisers, const std::string& scope,
                    bool include_base) {
  const auto& comm = round.context.comm;
  std::vector<float> sum(round.scores.size());
  std::vector<std::vector<float>> scratch;
  comm::tree_sum(
      comm, static_cast<int>(round.context.config.isp.denoisers),
      [&](int n) { return n % comm.size(); },
      [&](int n, std::span<float> out) {
        std::ranges::fill(out, 0.0F);
        denoisers.run(n, [&](std::span<const float> scores) {
          for (std::size_t i = 0; i < out.size(); ++i) out[i] = std::abs(scores[i]);
        });
      },
      sum, scratch);
  if (include_base)
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += std::abs(round.scores[i]);
  const auto kept_union = united(round, with_base(round, denoisers.masks, include_base)).kept();
  return {select(sum, round.state.mask, round.cut.keep, scope, round.state.arena.layout()),
          kept_union};
}

/// Every rank's rows on every rank, by denoiser: each rank writes its own columns, adding zeros is
/// exact.
void report_rows(const Round& round, const std::vector<io::DenoiserRow>& own) {
  constexpr std::size_t kColumns = 8;
  const auto count = static_cast<std::size_t>(round.context.config.isp.denoisers);
  std::vector<double> table(count * kColumns, 0.0);
  for (const auto& row : own) {
    const double columns[kColumns] = {static_cast<double>(row.rank),
                                      row.lr,
                                      row.weight_decay,
                                      static_cast<double>(row.steps),
                                      row.first_loss,
                                      row.last_loss,
                                      static_cast<double>(row.kept),
                                      static_cast<double>(row.differs_from_base)};
    std::ranges::copy(columns,
                      table.begin() + static_cast<std::ptrdiff_t>(
                                          static_cast<std::size_t>(row.denoiser) * kColumns));
  }
  round.context.comm.sum(std::span(table));
  for (std::size_t n = 0; n < count; ++n) {
    const double* c = &table[n * kColumns];
    round.context.journal.denoised({.round = round.cut.round,
                                    .denoiser = static_cast<std::int64_t>(n),
                                    .rank = static_cast<std::int64_t>(c[0]),
                                    .lr = c[1],
                                    .weight_decay = c[2],
                                    .steps = static_cast<std::int64_t>(c[3]),
                                    .first_loss = c[4],
                                    .last_loss = c[5],
                                    .kept = static_cast<std::int64_t>(c[6]),
                                    .differs_from_base = static_cast<std::int64_t>(c[7])});
  }
}

void report_masks(const Round& round, const Denoisers& denoisers) {
  for (std::int64_t n = 0; n < round.context.config.isp.denoisers; ++n) {
    auto mask = mask::Mask::none(round.base.size());
    for (std::size_t i = 0; i < denoisers.rows.size(); ++i)
      if (denoisers.rows[i].denoiser == n) mask = denoisers.masks[i];
    mask::unite_over_ranks(mask, round.context.comm);
    round.context.journal.saved_mask({.round = round.cut.round,
                                      .denoiser = n,
                                      .kept = mask.kept(),
                                      .size = mask.size(),
                                      .bits = mask::pack_big_endian(mask, 0, mask.size())});
  }
}

void report_cost(const train::Context& context, const PhaseCost& own, double wall_s) {
  std::vector<double> totals = {static_cast<double>(own.steps), static_cast<double>(own.samples),
                                own.flops_executed, own.flops_theoretical};
  context.comm.sum(std::span(totals));
  auto& cost = context.ledger.at("look_ahead");
  cost.steps += static_cast<std::int64_t>(totals[0]);
  cost.samples += static_cast<std::int64_t>(totals[1]);
  cost.flops_executed += totals[2];
  cost.flops_theoretical += totals[3];
  cost.wall_s += wall_s;
}

DenoisedCut combine(const Round& round, Denoisers& denoisers, const std::string& scope) {
  const auto& isp = round.context.config.isp;
  const auto& comm = round.context.comm;
  const auto agree = [&] {
    comm::all_or_none(comm, [&] {
      if (denoisers.failure) std::rethrow_exception(denoisers.failure);
    });
  };
  if (isp.union_rule == "mean") {
    auto cut = by_mean(round, denoisers, scope, isp.include_base);
    agree();
    return cut;
  }
  for (std::int64_t n = comm.rank(); n < isp.denoisers; n += comm.size())
    denoisers.run(n, [](std::span<const float>) {});
  agree();
  if (isp.union_rule == "votes")
    return by_votes(round, with_base(round, denoisers.masks, isp.include_base));
  if (isp.union_rule == "released")
    return by_union(round, with_base(round, denoisers.masks, isp.include_base), round.last);
  return by_union(round, with_base(round, denoisers.masks, true), true);
}

}  // namespace

Protocol draw_protocol(const config::RunConfig& config, std::int64_t round, std::int64_t denoiser) {
  RandomStream stream(config.seed, Purpose::denoiser_protocol,
                      {.round = static_cast<std::uint32_t>(round),
                       .denoiser = static_cast<std::uint32_t>(denoiser)});
  const double decades = config.isp.lr_decades;
  const double factors[] = {0.0, 0.1, 1.0};
  const double lr = config.train.lr * std::pow(10.0, stream.uniform(-decades, decades));
  return {.lr = lr, .weight_decay = config.train.weight_decay * factors[stream.below(3)]};
}

DenoisedCut denoised_cut(const train::Context& context, const train::TrainState& state,
                         const Cut& cut, bool last, Score score, const std::string& scope) {
  const Stopwatch watch;
  std::vector<float> scratch;
  const auto scores = score({context, state.arena, cut.round}, scratch);
  Round round{context, state,  cut,
              last,    scores, select(scores, state.mask, cut.keep, scope, state.arena.layout())};
  if (context.config.isp.denoisers == 0) return {round.base, round.base.kept()};

  Denoisers denoisers{round, scope, LookAhead(context, state, cut.round, score), {}, {}, nullptr};
  auto result = combine(round, denoisers, scope);
  report_rows(round, denoisers.rows);
  if (context.config.isp.save_masks) report_masks(round, denoisers);
  report_cost(context, denoisers.look_ahead.cost(), watch.elapsed_s());
  return result;
}

}  // namespace stockpot::prune
