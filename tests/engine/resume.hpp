// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "config/render.hpp"
#include "engine/state_bytes.hpp"
#include "support/toy.hpp"

// What resume_write_test leaves and resume_read_test goes on from: the state of a run after every
// step, every look-ahead step and every action, one file per rank.
namespace stockpot::test {

struct ResumedRun {
  std::string name;
  Change change;
};

/// A 30-step ISP run under each kind of union and by each optimizer, 3-level LTH runs, and runs
/// that branch.
inline std::vector<ResumedRun> resumed_runs() {
  const auto isp = [](const char* rule) {
    return [rule](config::RunConfig& c) {
      c.isp.union_rule = rule;
      c.isp.save_masks = true;
    };
  };
  return {{"isp", isp("votes")},
          {"isp_mean", isp("mean")},
          {"isp_released", isp("released")},
          {"isp_selecting",
           [](config::RunConfig& c) {
             c.train.select = "validation";
             c.train.evaluate_every = 3;
             c.prune.rewind = "initial";
           }},
          {"isp_sgd",
           [](config::RunConfig& c) {
             c.train.optimizer = "sgd";
             c.train.lr = 0.05;
             c.train.schedule = "steps";
           }},
          {"lth",
           [](config::RunConfig& c) {
             c.prune.method = "lth";
             c.prune.sparsity = 0.3;
             c.train.steps = 10;
             c.prune.search_share = 0.5;
           }},
          {"lth_rewind",
           [](config::RunConfig& c) {
             c.prune.method = "lth_rewind";
             c.prune.sparsity = 0.3;
             c.train.steps = 10;
             c.prune.rewind_step = 2;
             c.prune.search_share = 0.5;
           }},
          {"early_bird",
           [](config::RunConfig& c) {
             c.prune.method = "early_bird";
             c.prune.early_bird_steps = 3;
             c.prune.early_bird_distance = 0.2;
           }},
          {"isp_branching", [](config::RunConfig& c) {
             c.prune.method = "isp_released";
             c.isp.union_rule = "released";
             c.isp.rate = 0.3;
             c.isp.stop_within = 0.2;
             c.isp.look_ahead_share = 0.3;
             c.isp.look_ahead_line_steps = 20;
           }}};
}

/// Where the states of a run lie that `ranks` ranks wrote.
inline std::filesystem::path folder_of_states(const std::string& run, int ranks) {
  return std::filesystem::path(STOCKPOT_RESUME_FOLDER) / (run + "-np" + std::to_string(ranks));
}

inline engine::RunIdentity identity_of(const ToyRun& toy) {
  return engine::identity_of(config::run_id(toy.config), *toy.model->layout(), toy.splits);
}

}  // namespace stockpot::test
