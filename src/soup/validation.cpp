// SPDX-License-Identifier: Apache-2.0
#include "soup/validation.hpp"

#include "train/evaluate.hpp"

namespace stockpot::soup {

engine::Validation validate(const train::Task& task, const Masked& network,
                            const comm::Group& group, Work& work) {
  const auto& split = task.splits.validation;
  if (split.size() == 0) return {};
  auto passes = train::evaluation_work(split, {task.model, *network.mask});
  passes.steps = 0;
  work += passes;
  const auto evaluation = train::evaluate(
      {task.model, network.weights, train::precision_of(task.config.train.precision)}, split, group,
      task.config.data.name);
  return {.loss = evaluation.loss, .primary = evaluation.scores.primary};
}

}  // namespace stockpot::soup
