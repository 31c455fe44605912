// SPDX-License-Identifier: Apache-2.0
#include "config/check.hpp"

#include <fmt/format.h>

#include "config/number.hpp"

namespace stockpot::config {

std::vector<Problem> check(const RunConfig& config, Use use) {
  std::vector<Problem> problems;
  const auto require = [&](bool holds, const char* key, const std::string& text) {
    if (!holds) problems.push_back({key, text});
  };
  const auto& [data, model, train, dist] =
      std::tie(config.data, config.model, config.train, config.dist);

  require(data.validation_size != 0 || train.select != "validation", "train.select",
          "validation needs a validation set (data.validation_size is 0); take -1 or a number of "
          "samples");
  require(train.select != "validation" || data.validation_size == 0 || train.evaluate_every > 0,
          "train.select",
          "validation has one candidate, the last weights (train.evaluate_every is 0); set "
          "train.evaluate_every to the steps between two candidates, or select to last");
  require(data.train_size == 0 || train.batch <= data.train_size, "train.batch",
          fmt::format("{} is larger than data.train_size {}; take a smaller batch", train.batch,
                      data.train_size));
  require(
      model.width % model.heads == 0, "model.width",
      fmt::format("{} is not a multiple of model.heads {} (each head has width / heads columns)",
                  model.width, model.heads));
  require(!model.weights.empty(), "model.weights", "is empty; name a safetensors file, or random");
  require(train.steps == 0 || train.warmup_steps < train.steps, "train.warmup_steps",
          fmt::format("{} is not below train.steps {} (the rate would never reach train.lr)",
                      train.warmup_steps, train.steps));
  require(dist.reduction != "fixed" || dist.shards <= train.batch, "dist.shards",
          fmt::format("{} is more than train.batch {} (a shard would be empty)", dist.shards,
                      train.batch));
  require(dist.backend != "nccl" || config.device != "cpu", "dist.backend",
          "nccl needs a GPU (device is cpu); take auto or mpi");
  require(data.corruptions.empty() || data.name == "cifar10" || data.name == "cifar100",
          "data.corruptions",
          fmt::format("is set, but data.name is {}; only cifar10 and cifar100 have corrupted test "
                      "sets",
                      data.name));
  require(!config.run_root.empty(), "run_root", "is empty; name a folder, such as runs");
  if (use == Use::prediction)
    std::erase_if(problems, [](const Problem& problem) {
      return problem.key.starts_with("train.") || problem.key.starts_with("dist.");
    });
  return problems;
}

}  // namespace stockpot::config
