// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "core/cost.hpp"
#include "core/provenance.hpp"

namespace stockpot::io {

/// One point of /metrics/train or /metrics/validation. NaN: not measured at this step.
struct MetricRow {
  std::int64_t step = 0;
  double loss = 0, lr = 0, sparsity = 0, metric = 0;
};

/// One row of /rounds. NaN: fewer than two denoisers.
struct RoundRow {
  std::int64_t round = 0, train_steps = 0, kept_before = 0, kept_union = 0, kept_after = 0,
               requested = 0;
  std::int64_t pairs = 0;  ///< of denoisers that were compared
  double pair_cosine = std::numeric_limits<double>::quiet_NaN(),
         pair_iou = std::numeric_limits<double>::quiet_NaN(),
         pair_kappa = std::numeric_limits<double>::quiet_NaN();
};

/// One row of /densities: what a cut left of a tensor.
struct DensityRow {
  std::int64_t round = 0;
  std::string tensor;
  std::int64_t size = 0, kept = 0;
};

/// One row of /early_bird: a mask that was looked at, and how far it is from those before it.
struct EarlyBirdRow {
  std::int64_t checkpoint = 0, step = 0;
  /// Weights on which it differs from the mask 1 to 4 checkpoints before; -1: there is none.
  std::int64_t differs_1 = -1, differs_2 = -1, differs_3 = -1, differs_4 = -1;
  /// The largest of the four as a fraction of the prunable weights; NaN before there are four.
  double distance = std::numeric_limits<double>::quiet_NaN();
  std::int64_t drawn = 0;  ///< whether it was drawn
};

/// One row of /denoisers.
struct DenoiserRow {
  std::int64_t round = 0, denoiser = 0, rank = 0;
  double lr = 0, weight_decay = 0;
  std::int64_t steps = 0;
  double first_loss = 0, last_loss = 0;
  std::int64_t kept = 0, differs_from_base = 0;
  double base_cosine = std::numeric_limits<double>::quiet_NaN(),
         base_iou = std::numeric_limits<double>::quiet_NaN(),
         base_kappa = std::numeric_limits<double>::quiet_NaN();
};

/// The packed keep mask of one tensor, as on disk (mask::pack_big_endian).
struct PackedMask {
  std::string name;
  std::vector<std::int64_t> shape;
  std::int64_t kept = 0;
  std::vector<std::uint8_t> bits;
};

/// A mask of one denoiser of one round over all prunable weights.
struct DenoiserMask {
  std::int64_t round = 0, denoiser = 0, kept = 0, size = 0;
  std::vector<std::uint8_t> bits;
};

/// One row of /soup: a mixture that was tried.
struct SoupTrial {
  std::string candidate;
  double share = 0;
  double validation = std::numeric_limits<double>::quiet_NaN();
  double loss = std::numeric_limits<double>::quiet_NaN();
  bool accepted = false;  ///< whether it became the soup
};

/// One row of /soup_members.
struct SoupMemberRow {
  std::int64_t member = 0;
  std::string source;
  double lr = std::numeric_limits<double>::quiet_NaN();
  double weight_decay = std::numeric_limits<double>::quiet_NaN();
  std::int64_t batch = 0, steps = 0, kept = 0;
  double train_loss = std::numeric_limits<double>::quiet_NaN();
  double validation = std::numeric_limits<double>::quiet_NaN();
  double loss = std::numeric_limits<double>::quiet_NaN();
  double distance = std::numeric_limits<double>::quiet_NaN();
  double angle_deg = std::numeric_limits<double>::quiet_NaN();
  double barrier = std::numeric_limits<double>::quiet_NaN();
};

/// One row of /corruptions: the final weights on a corrupted test set.
struct CorruptionRow {
  std::string corruption;
  std::int64_t severity = 0, samples = 0;
  double metric = 0, loss = 0;
};

/// One row of /events: preempted, resumed, ...
struct Event {
  std::int64_t step = 0;
  std::string what;
};

/// One row of /inputs: what a file that the run read holds.
struct InputRow {
  std::string role;  ///< weights, members, model, data, vocabulary and so on
  std::string file;  ///< as its owners call it, below the folder it lies in
  std::int64_t bytes = 0;
  std::string sha256;  ///< of a folder: io::DigestSum of the files that were read
  bool operator==(const InputRow&) const = default;
};

/// All that result.h5 holds (docs/result_format.md): plain values, so that this module knows
/// neither torch nor pruning. A member that a file does not have keeps the value it has here.
struct RunResult {
  std::string status = "complete", run_id, name, config_json;
  std::string failure;  ///< what ended the run, where `status` is failed; else empty
  std::uint64_t seed = 0;
  Provenance provenance;

  std::string method, model, data, metric, selected_on;
  /// The method as it was resolved: `union_rule` stands as `union` in the file.
  std::string score, schedule, denoise, rewind, scope, union_rule;
  /// Fraction removed per round; NaN where the schedule has none.
  double effective_rate = std::numeric_limits<double>::quiet_NaN();
  std::int64_t n_test = 0, n_validation = 0;  ///< samples of the splits
  /// One number for all files of a role (digest_of); empty: there are none.
  std::string weights_sha256, data_sha256, vocabulary_sha256;
  std::string data_official;  ///< yes, no (differs, and was allowed) or own
  double test = 0, validation = 0;
  std::map<std::string, double> extra_metrics;
  double sparsity_requested = 0;
  std::int64_t prunable = 0, kept = 0;

  std::vector<MetricRow> train, validation_curve;
  std::vector<RoundRow> rounds;
  std::vector<DenoiserRow> denoisers;
  std::vector<DensityRow> densities;
  std::vector<EarlyBirdRow> early_bird;
  std::vector<DenoiserMask> denoiser_masks;
  std::vector<PackedMask> masks;
  std::vector<PhaseCost> cost;
  std::string soup_method = "none";
  std::vector<SoupTrial> soup;
  std::vector<SoupMemberRow> soup_members;
  std::vector<CorruptionRow> corruptions;
  std::vector<InputRow> inputs;
  std::vector<Event> events;
};

}  // namespace stockpot::io
