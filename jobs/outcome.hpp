// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "comm/device.hpp"
#include "io/run_result.hpp"
#include "jobs/job.hpp"
#include "jobs/setup.hpp"
#include "train/evaluate.hpp"
#include "train/trainer.hpp"

namespace stockpot::jobs {

/// What a run ended with.
struct Outcome {
  const train::Context& context;
  const Setup& setup;
  const train::TrainState& state;
  const train::Evaluation& validation;
  const train::Evaluation& test;
  const comm::Device& device;
  int threads;
  const Words& words;
};

/// Complete `result`, which the journal has filled with rows, by settings, provenance, scores,
/// counts, masks and costs. throws LogicError if the mask has not the requested count, or a pruned
/// weight is not 0; AgreedError (79) if ranks hold different weights collective over the context's
/// communicator
void fill_outcome(io::RunResult& result, const Outcome& outcome);

/// The result in one line, as `run` prints it last.
std::string summary(const io::RunResult& result);

}  // namespace stockpot::jobs
