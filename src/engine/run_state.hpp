// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "core/cost.hpp"
#include "engine/cursor.hpp"
#include "io/run_result.hpp"
#include "mask/agreement.hpp"
#include "model/weights.hpp"
#include "train/optimizer.hpp"

// The state of a run is a value. Every struct has one `visit` list, from which follow: bytes and
// back (state_bytes.hpp), hash, equality, memory, `inspect`. The lists take the structs apart by
// structured bindings, so a member that is missing in one does not compile.

namespace stockpot::engine {

/// Who has a member, and whether it is part of what a run computes.
enum class Part {
  everywhere,   ///< equal on all ranks
  own,          ///< each rank has some of it; together they are one
  bookkeeping,  ///< as everywhere, but of the execution: it differs between equal runs
};

/// Scores on the validation split; NaN where there is none.
struct Validation {
  double loss = std::numeric_limits<double>::quiet_NaN();
  double primary = std::numeric_limits<double>::quiet_NaN();

  template <typename Self, typename Visit>
  static void visit(Self& self, Visit&& visit) {
    auto& [loss, primary] = self;
    visit("loss", loss);
    visit("primary", primary);
  }
};

/// Weights that were put aside under a name, and where the run stood then.
struct Snapshot {
  at::Tensor weights;  ///< [total] fp32, as Weights::values()
  std::int64_t position = 0;
  Validation validation;  ///< of these weights, where they were offered as the best

  template <typename Self, typename Visit>
  static void visit(Self& self, Visit&& visit) {
    auto& [weights, position, validation] = self;
    visit("weights", weights);
    visit("position", position);
    visit("validation", validation);
  }
};

/// What one denoiser says: Algorithm 2's m_n, and what it was made from.
struct DenoiserVote {
  io::DenoiserRow row;
  mask::Mask mask;
  Work work;
};

/// How alike the masks of a round's denoisers are: means over pairs of them.
struct PairAgreement {
  std::int64_t pairs = 0;
  mask::Agreement mean;

  template <typename Self, typename Visit>
  static void visit(Self& self, Visit&& visit) {
    auto& [pairs, mean] = self;
    visit("pairs", pairs);
    visit("mean", mean);
  }
};

/// What a cut is decided by, while it is collected.
struct Ballot {
  std::int64_t round = -1;          ///< -1: nothing is collected
  train::SharedMask base;           ///< the cut without look-ahead
  std::vector<DenoiserVote> votes;  ///< of the denoisers that this rank has run, increasing
  std::vector<float> mean_scores;   ///< [P], under the union rule `mean`
  PairAgreement agreement;          ///< of all votes, once they are complete

  template <typename Self, typename Visit>
  static void visit(Self& self, Visit&& visit) {
    auto& [round, base, votes, mean_scores, agreement] = self;
    visit("round", round);
    visit("base", base);
    visit("votes", votes, Part::own);
    visit("mean_scores", mean_scores);
    visit("agreement", agreement);
  }
};

/// A soup while it is mixed.
struct Pot {
  std::vector<train::SharedMask> masks;  ///< of the members, in their order
  std::int64_t mixed = 0;                ///< how many networks are in the soup, its start included
  Validation best;                       ///< scores of the soup

  template <typename Self, typename Visit>
  static void visit(Self& self, Visit&& visit) {
    auto& [masks, mixed, best] = self;
    visit("masks", masks);
    visit("mixed", mixed);
    visit("best", best);
  }
};

/// What a run has written down so far: rows of result.h5.
struct Records {
  std::vector<io::MetricRow> train, validation;
  std::vector<io::RoundRow> rounds;
  std::vector<io::DenoiserRow> denoisers;
  std::vector<io::DensityRow> densities;
  std::vector<io::EarlyBirdRow> early_bird;
  std::vector<io::DenoiserMask> denoiser_masks;
  std::vector<io::SoupMemberRow> soup_members;
  std::vector<io::SoupTrial> soup;
  std::vector<io::Event> events;

  template <typename Self, typename Visit>
  static void visit(Self& self, Visit&& visit) {
    auto& [train, validation, rounds, denoisers, densities, early_bird, denoiser_masks,
           soup_members, soup, events] = self;
    visit("train", train);
    visit("validation", validation);
    visit("rounds", rounds);
    visit("denoisers", denoisers);
    visit("densities", densities);
    visit("early_bird", early_bird);
    visit("denoiser_masks", denoiser_masks);
    visit("soup_members", soup_members);
    visit("soup", soup);
    visit("events", events);
  }
};

/// The whole state of a run. Two runs of the same settings, data and weights whose states have
/// equal hashes go on to equal bits.
struct RunState {
  Cursor cursor;
  model::Weights weights;
  train::SharedMask mask;
  train::Moments moments;
  std::map<std::string, Snapshot> snapshots;
  Ballot ballot;
  Pot pot;
  std::vector<train::SharedMask> observed;  ///< masks that were looked at, the newest last
  Validation validation;                    ///< of the weights that are reported
  Records records;
  CostLedger ledger;
  std::int64_t metrics_bytes = 0;  ///< length of metrics.jsonl that belongs to this state

  template <typename Self, typename Visit>
  static void visit(Self& self, Visit&& visit) {
    auto& [cursor, weights, mask, moments, snapshots, ballot, pot, observed, validation, records,
           ledger, metrics_bytes] = self;
    visit("cursor", cursor);
    visit("weights", weights);
    visit("mask", mask);
    visit("moments", moments);
    visit("snapshots", snapshots);
    visit("ballot", ballot);
    visit("pot", pot);
    visit("observed", observed);
    visit("validation", validation);
    visit("records", records);
    visit("ledger", ledger);
    visit("metrics_bytes", metrics_bytes, Part::bookkeeping);
  }
};

/// Nothing done yet: all weights kept, zero moments of the optimizer of `config`.
RunState fresh_state(model::Weights weights, const train::LearningRateLine& line,
                     const config::TrainConfig& config);

/// Names of the snapshots that the engine's own actions use.
inline constexpr const char* kInitialWeights = "initial";
inline constexpr const char* kBestWeights = "best";

}  // namespace stockpot::engine
