// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "config/run_config.hpp"
#include "core/cost.hpp"
#include "data/dataset.hpp"
#include "train/flops.hpp"

namespace stockpot::prune {

/// Batches that a score is made on, as positions in the official file.
using ScoreBatches = std::vector<std::vector<std::int64_t>>;

/// prune.score_batches batches of train.batch samples, drawn from the training set without
/// replacement by (seed, round).
/// throws ConfigError where the training set holds fewer
ScoreBatches drawn_batches(const config::RunConfig& config, const data::Split& train,
                           std::int64_t round);

/// prune.samples_per_class samples of every class, drawn by (seed, round), class after class in
/// turn, cut into batches of at most train.batch. Of a regression: drawn_batches.
///
/// strict  false: a class that has too few is filled up with samples of others, as where labels are
///         not known, and the number of samples is right
/// throws  ConfigError where there are more classes than a balanced batch holds, DataError (strict)
///         where a class has too few samples
ScoreBatches balanced_batches(const config::RunConfig& config, const data::Split& train,
                              std::int64_t round, bool strict);

/// `passes` forward passes over all samples of `batches`, cut into the parts of the reduction as a
/// training step is. `steps` is the number of batches, `samples` counts each `visits` times.
Work work_of(const ScoreBatches& batches, const config::RunConfig& config, const data::Split& train,
             const train::FlopMeter& meter, std::int64_t passes, std::int64_t visits);

}  // namespace stockpot::prune
