// SPDX-License-Identifier: Apache-2.0
#include "train/journal.hpp"

#include <cmath>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/log.hpp"

namespace stockpot::train {

using nlohmann::json;

void Journal::trained(const std::string& phase, double loss, double lr, double sparsity) {
  ++step_;
  result_.train.push_back({.step = step_,
                           .loss = loss,
                           .lr = lr,
                           .sparsity = sparsity,
                           .metric = std::numeric_limits<double>::quiet_NaN()});
  if (lines_ && step_ % kLineEverySteps == 0)
    lines_->append(json{
        {"event", "train"},
        {"phase", phase},
        {"step", step_},
        {"loss", loss},
        {"lr", lr},
        {"sparsity",
         sparsity}}.dump());
  char detail[64];
  std::snprintf(detail, sizeof detail, "%s loss %.4f sparsity %.3f", phase.c_str(), loss, sparsity);
  progress_.advance(1, detail);
}

void Journal::validated(double loss, double metric, double sparsity) {
  result_.validation_curve.push_back({.step = step_,
                                      .loss = loss,
                                      .lr = std::numeric_limits<double>::quiet_NaN(),
                                      .sparsity = sparsity,
                                      .metric = metric});
  if (lines_)
    lines_->append(json{
        {"event", "validation"},
        {"step", step_},
        {"loss", loss},
        {"metric", metric},
        {"sparsity",
         sparsity}}.dump());
}

void Journal::looked_ahead(std::int64_t steps) { progress_.advance(steps, "look-ahead"); }

void Journal::cut(const io::RoundRow& row) {
  result_.rounds.push_back(row);
  if (lines_)
    lines_->append(json{{"event", "round"},
                        {"step", step_},
                        {"round", row.round},
                        {"train_steps", row.train_steps},
                        {"kept_before", row.kept_before},
                        {"kept_union", row.kept_union},
                        {"kept_after", row.kept_after}}
                       .dump());
}

void Journal::denoised(const io::DenoiserRow& row) {
  result_.denoisers.push_back(row);
  if (lines_)
    lines_->append(json{{"event", "denoiser"},
                        {"step", step_},
                        {"round", row.round},
                        {"denoiser", row.denoiser},
                        {"rank", row.rank},
                        {"lr", row.lr},
                        {"weight_decay", row.weight_decay},
                        {"first_loss", row.first_loss},
                        {"last_loss", row.last_loss},
                        {"differs_from_base", row.differs_from_base}}
                       .dump());
}

void Journal::happened(const std::string& what) {
  result_.events.push_back({.step = step_, .what = what});
  if (lines_) lines_->append(json{{"event", "note"}, {"step", step_}, {"what", what}}.dump());
  log_info(what);
}

}  // namespace stockpot::train
