// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "comm/gradient_reducer.hpp"
#include "comm/group.hpp"
#include "config/run_config.hpp"
#include "core/cost.hpp"
#include "data/dataset.hpp"
#include "model/model.hpp"
#include "train/journal.hpp"

namespace stockpot::train {

/// What a run works with and reports to, made once by the job; everything here outlives every use.
struct Context {
  const config::RunConfig& config;
  const comm::Group& comm;
  comm::GradientReducer& reducer;
  const model::Model& model;
  const data::Splits& splits;
  at::Device device;
  CostLedger& ledger;
  Journal& journal;
};

}  // namespace stockpot::train
