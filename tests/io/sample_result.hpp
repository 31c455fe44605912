// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>

#include "io/run_result.hpp"

namespace stockpot::test {

/// A small result with something in every place.
inline io::RunResult sample_result() {
  io::RunResult result;
  result.run_id = "0123456789abcdef";
  result.name = "sample";
  result.config_json = R"({"prune.method": "isp"})";
  result.seed = 0xffff'ffff'ffff'fff0u;
  result.provenance = {{"version", "0.1.0"}, {"hosts", "node1"}};
  result.method = "isp";
  result.score = "magnitude";
  result.schedule = "growing";
  result.denoise = "look_ahead";
  result.rewind = "keep";
  result.scope = "global";
  result.union_rule = "votes";
  result.effective_rate = 0.1875;
  result.n_test = 600;
  result.n_validation = 20;
  result.model = "vit_tiny";
  result.data = "fashion_mnist";
  result.metric = "accuracy";
  result.selected_on = "last";
  result.test = 0.875;
  result.validation = 0.8125;
  result.extra_metrics = {{"ece", 0.03125}};
  result.sparsity_requested = 0.5;
  result.prunable = 13;
  result.kept = 6;
  result.train = {{0, 2.5, 1e-3, 0, NAN}, {10, 1.25, 5e-4, 0.5, NAN}};
  result.validation_curve = {{10, 1.5, NAN, 0.5, 0.8125}};
  result.rounds = {{0, 10, 13, 7, 6, 6, 1, 0.75, 0.5, 0.25}};
  result.densities = {{0, "patch.weight", 8, 4}, {0, "head.weight", 5, 2}};
  result.early_bird = {{4, 12, 1, 2, 3, 5, 0.375, 1}};
  result.denoisers = {{0, 0, 0, 1e-3, 0.01, 4, 2.5, 2.0, 6, 2},
                      {0, 1, 1, 2e-3, 0.02, 4, 2.5, 1.9, 6, 3}};
  result.denoiser_masks = {{0, 0, 6, 13, {0xfc, 0x00}}, {0, 1, 6, 13, {0x3f, 0x00}}};
  result.masks = {{"patch.weight", {2, 4}, 4, {0xf0}}, {"head.weight", {5}, 2, {0x90}}};
  result.cost = {{"train", 10, 1280, 1'000'000'000, 500'000'000, 1.5, NAN},
                 {"look_ahead", 8, 1024, 800'000'000, 400'000'000, 1.0, NAN}};
  result.soup = {{"denoiser 0, \xc3\xbc", 1.0, 0.8, true}, {"denoiser 1", 0.5, 0.79, false}};
  result.corruptions = {{"fog", 5, 600, 0.75, 1.5}};
  result.events = {{5, "resumed"}};
  return result;
}

}  // namespace stockpot::test
