// SPDX-License-Identifier: Apache-2.0
#include "soup/trials.hpp"

#include "comm/all_or_none.hpp"
#include "kernels/device_ops.hpp"
#include "prune/select.hpp"
#include "train/statistics.hpp"

namespace stockpot::soup {

Trials::Trials(engine::Engine& engine, const Recipe& recipe, const MixOptions& options)
    : engine_(engine), recipe_(recipe), options_(options), alone_(engine.task().group.alone()) {}

train::SharedMask Trials::mix(const model::Weights& soup, const train::SharedMask& soup_mask,
                              const Masked& x, double share) const {
  const auto device = soup.device();
  const std::span<const std::uint64_t> words =
      recipe_.mask_aware ? x.mask->words() : std::span<const std::uint64_t>();
  const train::PlacedWords kept(words, device);
  kernels::interpolate(train::place_of(soup.values()), train::span_of(soup.values()),
                       train::span_of(x.weights.values()), share, kept.span(), x.mask->size());
  if (recipe_.prune == Recipe::Prune::during) return prune(soup);
  if (soup_mask == x.mask || *soup_mask == *x.mask) return soup_mask;
  auto both = *soup_mask;
  both.unite(*x.mask);
  return std::make_shared<const mask::Mask>(std::move(both));
}

train::SharedMask Trials::prune(const model::Weights& soup) const {
  const auto& layout = soup.layout();
  const auto all = mask::Mask::all(layout.prunable());
  auto kept = std::make_shared<const mask::Mask>(
      prune::select(prune::magnitude_of(soup), all,
                    prune::quotas_of(options_.scope, all, options_.keep, layout)));
  train::zero_pruned(soup, {kept, layout.trained(), soup.device()});
  return kept;
}

void Trials::refresh(model::Weights& weights, const train::SharedMask& mask, Work& work) const {
  Work own;
  refresh(weights, mask, engine_.task().group, own);
  if (engine_.task().group.is_root()) work += own;
}

void Trials::refresh(model::Weights& weights, const train::SharedMask& mask,
                     const comm::Group& group, Work& work) const {
  const auto& layout = weights.layout();
  if (layout.tracked() == layout.trained()) return;
  const auto& task = engine_.task();
  const train::Task by_group{task.config, task.model, task.splits, group};
  work += train::statistics_work(task.splits.train, task.config, options_.statistics,
                                 {task.model, *mask});
  train::reestimate_statistics(by_group, weights, options_.statistics);
}

engine::Validation Trials::score(const Masked& weights, Work& work) const {
  Work own;
  const auto validation = score(weights, engine_.task().group, own);
  if (engine_.task().group.is_root()) work += own;
  return validation;
}

engine::Validation Trials::score(const Masked& weights, const comm::Group& group,
                                 Work& work) const {
  return validate(engine_.task(), weights, group, work);
}

engine::Validation Trials::try_share(const Masked& soup, const Masked& x, double share,
                                     const comm::Group& group, Work& work) {
  if (!trial_) trial_.emplace(soup.weights.shared_layout(), soup.weights.device());
  trial_->values().copy_(soup.weights.values());
  const auto mask = mix(*trial_, soup.mask, x, share);
  refresh(*trial_, mask, group, work);
  return score({*trial_, mask}, group, work);
}

std::vector<engine::Validation> Trials::score_all(const Masked& soup, const Masked& x,
                                                  std::span<const double> shares, Work& work) {
  const auto& group = engine_.task().group;
  const auto ranks = static_cast<std::size_t>(group.size());
  if (shares.size() < ranks) {
    std::vector<engine::Validation> found;
    for (const double share : shares) {
      Work own;
      found.push_back(try_share(soup, x, share, group, own));
      if (group.is_root()) work += own;
    }
    return found;
  }
  // every rank fills in its own trials, the rest stays 0, and adding zeros is exact
  std::vector<double> scores(2 * shares.size(), 0.0);
  comm::all_or_none(group, [&] {
    for (auto i = static_cast<std::size_t>(group.rank()); i < shares.size(); i += ranks) {
      const auto validation = try_share(soup, x, shares[i], alone_, work);
      scores[2 * i] = validation.loss;
      scores[2 * i + 1] = validation.primary;
    }
  });
  group.sum(std::span(scores));
  std::vector<engine::Validation> found;
  for (std::size_t i = 0; i < shares.size(); ++i)
    found.push_back({.loss = scores[2 * i], .primary = scores[2 * i + 1]});
  return found;
}

}  // namespace stockpot::soup
