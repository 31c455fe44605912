// SPDX-License-Identifier: Apache-2.0
#include "engine/side_training.hpp"

namespace stockpot::engine {

SideTraining::SideTraining(const train::Task& task, const model::Weights& like)
    : steps_(task, train::Reduction::alone),
      optimizer_(train::make_optimizer(task.config.train)),
      weights_(like.shared_layout(), like.device()),
      gradients_(weights_),
      config_(task.config.train) {}

void SideTraining::start(const model::Weights& from, const train::PlacedMask& mask) {
  weights_.values().copy_(from.values());
  train::zero_pruned(weights_, mask);
  mask_ = &mask;
  if (moments_.first.defined() && moments_.first.numel() == mask.kept()) {
    train::clear(moments_);
  } else {
    moments_ = {};  // before the new ones are made
    moments_ = train::fresh_moments(mask, config_);
  }
}

double SideTraining::step(const train::StepSamples& samples, const train::StepRates& rates,
                          const train::FlopMeter& meter, Work& work) {
  steps_.gradient(weights_, gradients_, samples);
  optimizer_->step(weights_, gradients_, moments_, *mask_, rates);
  work += steps_.work(samples, meter);
  return gradients_.loss();
}

}  // namespace stockpot::engine
