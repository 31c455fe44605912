// SPDX-License-Identifier: Apache-2.0
#include "soup/ensemble.hpp"

#include <map>

#include "energy/cost_watch.hpp"
#include "train/evaluate.hpp"

namespace stockpot::soup {

train::Evaluation evaluate_ensemble(engine::Engine& engine, engine::RunState& state,
                                    const MemberFiles& files,
                                    std::span<const io::SoupMemberRow> members,
                                    const data::Split& split) {
  const energy::CostWatch watch;
  const auto& task = engine.task();
  const auto precision = train::precision_of(task.config.train.precision);
  model::Weights weights(state.weights.shared_layout(), state.weights.device());
  std::map<std::size_t, at::Tensor> sums;  // by batch, fp64
  Work work;
  for (std::size_t member = 0; member < members.size(); ++member) {
    files.read(member, task.model, weights, task.group);
    work += train::evaluation_work(split, {task.model, members[member].kept});
    if (member + 1 == members.size()) break;
    train::forward_batches({task.model, weights, precision}, split, task.group,
                           [&](const train::BatchOutput& output) {
                             auto& sum = sums[output.number];
                             const auto logits = output.logits.to(at::kDouble);
                             if (sum.defined())
                               sum.add_(logits);
                             else
                               sum = logits.clone();
                           });
  }
  const auto predictions = train::predict(
      {task.model, weights, precision}, split, task.group, [&](const train::BatchOutput& output) {
        auto sum = output.logits.to(at::kDouble).clone();
        if (const auto found = sums.find(output.number); found != sums.end())
          sum.add_(found->second);
        return sum.div_(static_cast<double>(members.size())).to(at::kFloat);
      });
  state.ledger.book(Phase::evaluate, work, watch.spent());
  return {predictions.loss, train::score_predictions(predictions, task.config.data.name,
                                                     split.dataset->shape().classes)};
}

}  // namespace stockpot::soup
