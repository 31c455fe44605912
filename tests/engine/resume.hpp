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

/// A 30-step ISP run under each kind of union and by each optimizer, and a 3-level LTH run.
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
          {"lth", [](config::RunConfig& c) {
             c.prune.method = "lth";
             c.prune.sparsity = 0.3;
             c.train.steps = 10;
             c.prune.search_share = 0.5;
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
