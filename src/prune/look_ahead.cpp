// SPDX-License-Identifier: Apache-2.0
// Algorithm 2 (Denoised pruning), first half:
//   base <- select(score(theta), m, K)
//   for n = 0 .. N-1, on rank n mod R:  theta_n <- look-ahead from theta;  m_n <-
//   select(score(theta_n), m, K)
// The second half, which makes one mask of them, is cut.cpp.
#include "prune/look_ahead.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "comm/all_or_none.hpp"
#include "comm/tree_sum.hpp"
#include "energy/cost_watch.hpp"
#include "engine/forecast.hpp"
#include "mask/agreement.hpp"
#include "prune/denoiser.hpp"
#include "prune/denoiser_report.hpp"
#include "prune/score_main.hpp"

namespace stockpot::prune {
namespace {

/// The look-aheads of this rank in one round; the first failure ends them, and the ranks agree on
/// it later.
class OwnDenoisers {
 public:
  OwnDenoisers(engine::Engine& engine, engine::RunState& state, Scorer& scorer, std::string score,
               std::vector<Quota> quotas)
      : engine_(engine),
        state_(state),
        score_(std::move(score)),
        quotas_(std::move(quotas)),
        denoiser_(engine, state, state.ballot.round, scorer) {}

  /// Let denoiser n vote; `use_keys` sees its keys.
  template <typename UseKeys>
  void vote(std::int64_t n, UseKeys use_keys) {
    if (failure_) return;
    try {
      engine::DenoiserVote vote{.row = {}, .mask = mask::Mask::none(0), .work = {}};
      const auto keys = denoiser_.run(n, vote.row, vote.work);
      check_keys(keys, *state_.mask, score_);
      vote.mask = select(keys, *state_.mask, quotas_);
      vote.row.kept = vote.mask.kept();
      vote.row.differs_from_base = vote.mask.distance(*state_.ballot.base);
      compare_with_base(vote.row);
      vote.work.steps = vote.row.steps;
      use_keys(keys);
      const auto& task = engine_.task();
      const auto at_once = std::min<std::int64_t>(task.group.size(), task.config.isp.denoisers);
      engine_.journal().looked_ahead(vote.row.steps, at_once * vote.work.samples);
      state_.ballot.votes.push_back(std::move(vote));
    } catch (...) {
      failure_ = std::current_exception();
    }
  }

  bool has_voted(std::int64_t n) const {
    return std::ranges::any_of(state_.ballot.votes,
                               [&](const auto& vote) { return vote.row.denoiser == n; });
  }

  /// collective over the engine's group
  void agree() const {
    comm::all_or_none(engine_.task().group, [&] {
      if (failure_) std::rethrow_exception(failure_);
    });
  }

 private:
  void compare_with_base(io::DenoiserRow& row) const {
    const auto with_base = mask::agreement({.candidates = state_.cursor.kept,
                                            .kept_a = row.kept,
                                            .kept_b = state_.ballot.base->kept(),
                                            .distance = row.differs_from_base});
    row.base_cosine = with_base.cosine;
    row.base_iou = with_base.iou;
    row.base_kappa = with_base.kappa;
  }

  engine::Engine& engine_;
  engine::RunState& state_;
  std::string score_;
  std::vector<Quota> quotas_;
  Denoiser denoiser_;
  std::exception_ptr failure_;
};

/// Mean keys: sums over denoisers in a fixed tree; the mean ranks as the sum does.
std::vector<float> summed_keys(engine::Engine& engine, std::int64_t count, std::int64_t prunable,
                               OwnDenoisers& denoisers) {
  const auto& group = engine.task().group;
  std::vector<float> sum(static_cast<std::size_t>(prunable));
  std::vector<std::vector<float>> scratch;
  comm::tree_sum(
      group, static_cast<int>(count), [&](int n) { return n % group.size(); },
      [&](int n, std::span<float> out) {
        std::ranges::fill(out, 0.0F);
        denoisers.vote(n, [&](const Keys& keys) { add_strength(keys, out); });
      },
      sum, scratch);
  return sum;
}

}  // namespace

LookAhead::LookAhead(const Method& method, const config::IspConfig& isp, PlannedCut cut)
    : method_(method),
      rule_(union_rule_of(isp)),
      denoisers_(isp.denoisers),
      steps_(isp.look_ahead_steps),
      share_(isp.look_ahead_share),
      cut_(std::move(cut)) {}

void LookAhead::execute(engine::Engine& engine, engine::RunState& state) const {
  const energy::CostWatch watch;
  const auto scorer = make_scorer(method_.score);
  const auto quotas = quotas_of(method_.scope, cut_, state);
  auto& ballot = state.ballot;
  if (ballot.round != cut_.round) {
    auto base =
        select(score_main(engine, state, *scorer, method_.score, cut_.round), *state.mask, quotas);
    ballot = {.round = cut_.round,
              .base = std::make_shared<const mask::Mask>(std::move(base)),
              .votes = {},
              .mean_scores = {},
              .agreement = {}};
  }
  const auto& group = engine.task().group;
  OwnDenoisers denoisers(engine, state, *scorer, method_.score, quotas);
  if (rule_ == UnionRule::mean) {
    ballot.votes.clear();  // the sums of an interrupted tree are gone
    ballot.mean_scores = summed_keys(engine, denoisers_, state.mask->size(), denoisers);
  } else {
    for (std::int64_t first = 0; first < denoisers_; first += group.size()) {
      const auto n = first + group.rank();
      if (n < denoisers_ && !denoisers.has_voted(n)) denoisers.vote(n, [](const Keys&) {});
      denoisers.agree();
      if (first + group.size() < denoisers_) engine.part_ended(state);
    }
  }
  denoisers.agree();
  report_denoisers(engine, state, denoisers_, watch);
}

void LookAhead::foresee(engine::Forecast& forecast) const {
  foresee_score(forecast, method_.score, cut_.round);
  forecast.look_ahead(cut_.round, denoisers_);
  forecast.book(Phase::look_ahead, [&](const data::Splits& splits, const train::FlopMeter& meter) {
    auto scoring =
        denoisers_ *
        make_scorer(method_.score)->cost({forecast.config(), splits.train, meter, cut_.round});
    scoring.steps = 0;  // none of the optimizer's
    return scoring;
  });
}

std::string LookAhead::describe() const {
  if (share_ > 0)
    return fmt::format("look ahead: {} denoisers of about {} of an epoch", denoisers_, share_);
  return fmt::format("look ahead: {} denoisers of {} steps", denoisers_, steps_);
}

}  // namespace stockpot::prune
