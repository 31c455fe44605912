// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "comm/group.hpp"
#include "config/run_config.hpp"
#include "data/dataset.hpp"
#include "model/model.hpp"

namespace stockpot::train {

/// What is learned, how, and by whom. Made once by the job; everything here outlives every use.
struct Task {
  const config::RunConfig& config;
  const model::Model& model;
  const data::Splits& splits;
  const comm::Group& group;  ///< the ranks that work on it
};

}  // namespace stockpot::train
