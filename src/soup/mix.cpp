// SPDX-License-Identifier: Apache-2.0
// soup <- start
// for each candidate x in order:
//   for each share a:  trial(a) <- project((1 - a) soup + a x);  score it on validation
//   a* <- the best of them (of equals the smallest);  soup <- trial(a*), if it is accepted
// Algorithm 3, step 4 (ims), model soups, Lottery Pools, SWA, EMA, WiSE-FT and PAINT.
// source: methods.md 3.5, 3.14
#include "soup/mix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "core/index.hpp"
#include "energy/cost_watch.hpp"
#include "engine/forecast.hpp"
#include "engine/summed_work.hpp"
#include "soup/connectivity.hpp"
#include "soup/member_rows.hpp"
#include "soup/member_stream.hpp"
#include "soup/order.hpp"
#include "soup/trials.hpp"

namespace stockpot::soup {
namespace {

/// Whether the soup is not the last trial that was accepted, so that it is scored at the end.
bool scores_the_end(const Recipe& recipe) {
  return recipe.prune == Recipe::Prune::after || !recipe.chooses();
}

/// One execution of a Mix.
class Mixing {
 public:
  Mixing(const Recipe& recipe, const MixOptions& options, engine::Engine& engine,
         engine::RunState& state)
      : recipe_(recipe),
        options_(options),
        engine_(engine),
        state_(state),
        files_(options.files ? *options.files : MemberFiles(engine.folder() / kMemberFolder)),
        lineup_(line_up(recipe, state.records.soup_members, options.keep)),
        trials_(engine, recipe, options) {}

  void run() {
    if (state_.cursor.done == 0) begin();
    offer_the_rest();
    finish();
  }

 private:
  const std::string& name_of(std::int64_t member) const {
    return at(state_.records.soup_members, member).source;
  }
  std::string label(std::int64_t member) const {
    return member < 0 ? "network" : fmt::format("{} {}", member, name_of(member));
  }

  MemberStream stream(std::span<const std::int64_t> members, MemberStream::Reading reading) const {
    return {files_,
            {members.begin(), members.end()},
            engine_.task().model,
            state_.weights,
            engine_.task().group,
            reading};
  }

  void read(std::int64_t member, model::Weights& weights) const {
    files_.read(static_cast<std::size_t>(member), engine_.task().model, weights,
                engine_.task().group);
  }

  /// The start becomes the soup; it is scored as trials are.
  void begin() {
    const energy::CostWatch watch;
    if (lineup_.start >= 0) {
      read(lineup_.start, state_.weights);
      set_mask(at(state_.pot.masks, lineup_.start));
    }
    trials_.refresh(state_.weights, state_.mask, work_);
    state_.pot.best = trials_.score({state_.weights, state_.mask}, work_);
    state_.pot.mixed = 1;
    record(label(lineup_.start), 1, state_.pot.best, true);
    if (options_.connectivity) measure_all();
    book(watch);
    ++state_.cursor.done;
  }

  void measure_all() {
    auto members = stream(lineup_.candidates, MemberStream::Reading::when_asked);
    for (const auto member : lineup_.candidates) measure(member, members.next());
    trials_.release();
  }

  /// How a member lies to the start: distance, angle, and the loss half way between them.
  void measure(std::int64_t member, const model::Weights& candidate) {
    const auto& mask = at(state_.pot.masks, member);
    auto& row = at(state_.records.soup_members, member);
    const auto distance = distance_between(state_.weights, candidate);
    row.distance = distance.l2;
    row.angle_deg = distance.angle_deg;
    if (std::isnan(row.loss)) {
      const auto own = trials_.score({candidate, mask}, work_);
      row.loss = own.loss;
      row.validation = own.primary;
    }
    const double half[] = {0.5};
    const auto between =
        trials_.score_all({state_.weights, state_.mask}, {candidate, mask}, half, work_);
    row.barrier = barrier(between.front().loss, state_.pot.best.loss, row.loss);
  }

  void offer_the_rest() {
    const auto rest =
        std::span(lineup_.candidates).subspan(static_cast<std::size_t>(state_.cursor.done - 1));
    // a trial needs the memory that reading ahead does
    auto members = stream(
        rest, recipe_.chooses() ? MemberStream::Reading::when_asked : MemberStream::Reading::ahead);
    while (state_.cursor.done <= std::ssize(lineup_.candidates)) {
      const energy::CostWatch watch;
      offer(at(lineup_.candidates, state_.cursor.done - 1), members.next());
      book(watch);
      ++state_.cursor.done;
    }
  }

  void offer(std::int64_t member, const model::Weights& candidate) {
    const auto& mask = at(state_.pot.masks, member);
    auto shares = recipe_.shares;
    if (shares.empty()) shares = {1.0 / static_cast<double>(state_.pot.mixed + 1)};
    std::vector<engine::Validation> scores(shares.size());
    if (recipe_.chooses())
      scores = trials_.score_all({state_.weights, state_.mask}, {candidate, mask}, shares, work_);
    const auto best = std::ranges::max_element(scores, {}, &engine::Validation::primary);
    const auto chosen = best - scores.begin();
    const bool is_good =
        recipe_.accept == Accept::always || best->primary >= state_.pot.best.primary;
    const bool taken = is_good && at(shares, chosen) > 0;  // a share of 0 changes nothing
    for (std::int64_t i = 0; i < std::ssize(shares); ++i)
      record(label(member), at(shares, i), at(scores, i), taken && i == chosen);
    if (!taken) return;
    set_mask(trials_.mix(state_.weights, state_.mask, {candidate, mask}, at(shares, chosen)));
    trials_.refresh(state_.weights, state_.mask, work_);
    state_.pot.best = *best;
    ++state_.pot.mixed;
  }

  void finish() {
    const energy::CostWatch watch;
    if (state_.pot.mixed == 1 && lineup_.start >= 0) read(lineup_.start, state_.weights);
    if (recipe_.prune == Recipe::Prune::after) set_mask(trials_.prune(state_.weights));
    if (scores_the_end(recipe_)) {
      trials_.refresh(state_.weights, state_.mask, work_);
      state_.pot.best = trials_.score({state_.weights, state_.mask}, work_);
    }
    book(watch);
    state_.moments = {};
    state_.moments = train::fresh_moments(engine_.placed_mask(state_), engine_.task().config.train);
    state_.validation = state_.pot.best;
    engine_.journal().happened(state_,
                               fmt::format("soup {}: {} of {} candidates are in it", recipe_.name,
                                           state_.pot.mixed - 1, lineup_.candidates.size()));
    if (!std::isnan(state_.validation.loss)) engine_.journal().validated(state_, state_.validation);
    state_.pot = {};
  }

  void set_mask(train::SharedMask mask) {
    state_.mask = std::move(mask);
    state_.cursor.kept = state_.mask->kept();
  }

  void record(const std::string& candidate, double share, const engine::Validation& validation,
              bool accepted) {
    engine_.journal().tried(state_, {.candidate = candidate,
                                     .share = share,
                                     .validation = validation.primary,
                                     .loss = validation.loss,
                                     .accepted = accepted});
  }

  void book(const energy::CostWatch& watch) {
    state_.ledger.book(Phase::soup, engine::summed(work_, engine_.task().group), watch.spent());
    work_ = {};
  }

  const Recipe& recipe_;
  const MixOptions& options_;
  engine::Engine& engine_;
  engine::RunState& state_;
  MemberFiles files_;
  Lineup lineup_;
  Trials trials_;
  Work work_;
};

}  // namespace

void Mix::execute(engine::Engine& engine, engine::RunState& state) const {
  Mixing(recipe_, options_, engine, state).run();
}

void Mix::foresee(engine::Forecast& forecast) const {
  const auto candidates =
      static_cast<std::int64_t>(options_.members) - (recipe_.start == Start::network ? 0 : 1);
  const auto shares = std::max<std::int64_t>(1, std::ssize(recipe_.shares));
  const std::int64_t trials = 1 + (options_.connectivity ? candidates : 0) +
                              (recipe_.chooses() ? candidates * shares : 0) +
                              (scores_the_end(recipe_) ? 1 : 0);
  forecast.mix(trials, options_.statistics);
  if (recipe_.start == Start::target) forecast.cursor.kept = options_.keep;
}

std::string Mix::describe() const {
  return fmt::format("mix {} members: {}", options_.members, recipe_.name);
}

}  // namespace stockpot::soup
