// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>
#include <vector>

#include "config/run_config.hpp"
#include "data/dataset.hpp"
#include "data/image/unread_pictures.hpp"
#include "engine/forecast.hpp"
#include "jobs/inputs.hpp"
#include "model/model.hpp"
#include "prune/programs/schedule.hpp"
#include "soup/recipe.hpp"

namespace stockpot::jobs {

/// All that follows from a configuration before anything starts: the same on every rank, made
/// without talking to any.
struct Setup {
  config::RunConfig config;
  Inputs inputs;
  data::Splits splits;
  std::vector<data::UnreadPictures> unread;  ///< of the splits; read before the first sample
  std::unique_ptr<const model::Model> model;
  prune::Method method;
  soup::Recipe soup;
  prune::Budget budget;
  prune::Plan plan;

  /// Read what is unread, for this process alone. throws DataError, IoError
  void read_pictures();

  /// A forecast at the start of the run.
  engine::Forecast forecast() const { return {config, *model, splits, plan.line}; }

  /// A forecast at the end of the run: steps, without prices.
  engine::Forecast foreseen() const;
};

/// Where the vocabulary of a text model, or of CLIP's text tower, lies: model.vocab, else with the
/// weights; empty for random weights.
std::filesystem::path vocabulary_of(const config::ModelConfig& model);

/// What a head that the weights do not hold is made from.
model::WeightsSource weights_source(const config::RunConfig& config,
                                    const std::filesystem::path& weights, const data::Split& split);

/// ConfigError unless a training set of `samples` fills a batch.
void check_batch(std::int64_t batch, std::int64_t samples);

/// The plan of a method and of the soup beside it. throws ConfigError, DataError, IoError: the
/// members that soup.members names are looked at
prune::Plan make_plan(const config::RunConfig& config, const prune::Method& method,
                      const soup::Recipe& recipe, const prune::Budget& budget,
                      const model::Model& model);

/// Make model and plan for data that is there, or imagined, and check that they fit each other.
/// throws ConfigError
Setup setup_for(data::Splits splits, Inputs inputs, const config::RunConfig& config);

/// Read the data but pictures that are files of their own (Setup::unread), make model and plan, and
/// check that they fit each other.
/// trust  in digests of input files that are remembered
/// throws ConfigError, DataError, IoError
Setup make_setup(const config::RunConfig& config,
                 io::DigestCache::Trust trust = io::DigestCache::Trust::remembered);

/// The same where no data is at hand, by the official sizes of the data set: enough for a plan,
/// nothing can be trained. throws ConfigError, DataError
Setup imagine_setup(const config::RunConfig& config);

}  // namespace stockpot::jobs
