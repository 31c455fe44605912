// SPDX-License-Identifier: Apache-2.0
#include "soup/companion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/sparsity.hpp"
#include "engine/training.hpp"
#include "soup/keep_member.hpp"
#include "soup/mix.hpp"
#include "soup/open_members.hpp"
#include "soup/train_members.hpp"

namespace stockpot::soup {
namespace {

/// The weights that the run begins with, put aside for a soup that ends in them.
constexpr const char* kSoupStart = "soup_start";

void check_members(const Recipe& recipe, const config::RunConfig& config,
                   const prune::Method& method) {
  const auto& soup = config.soup;
  const auto named = std::ssize(member_paths(soup));
  if (named > 0 && method.schedule != "never")
    throw ConfigError(
        fmt::format("soup.members are finished, prune.method {} would train", method.name), "",
        "prune.method=dense; the mixture is pruned to prune.sparsity where soup.method does that");
  if (named > 0 && soup.count > named)
    throw ConfigError(
        fmt::format("soup.members names {} members, soup.count asks for {}", named, soup.count), "",
        "name more, or leave soup.count out");
  if (named == 0 && recipe.members == Members::tickets && method.schedule != "levels")
    throw ConfigError(
        fmt::format("soup.method {} mixes the levels of a search, prune.method {} has none",
                    recipe.name, method.name),
        "", "prune.method=lth, or finished runs of several sparsities as soup.members");
  if (named == 0 && recipe.members == Members::last && recipe.count < 2)
    throw ConfigError("soup.count is 1", "a soup has two or more members", "raise it");
}

void check_batches(const std::vector<MemberPlan>& plans, const prune::Budget& budget,
                   const config::TrainConfig& train) {
  const auto samples = budget.steps_per_epoch * train.batch;
  for (const auto& plan : plans)
    if (plan.batch < 1 || plan.batch > samples)
      throw ConfigError(fmt::format("soup.batches {} does not fit the training set", plan.batch),
                        fmt::format("it has at most {} samples", samples), "take another batch");
}

}  // namespace

void check_soup(const Recipe& recipe, const config::RunConfig& config, const prune::Method& method,
                const prune::Budget& budget) {
  if (recipe.name == "none") {
    if (!config.soup.members.empty())
      throw ConfigError("soup.members are named, soup.method is none", "",
                        "soup.method=uniform mixes them all alike");
    return;
  }
  check_members(recipe, config, method);
  if (recipe.chooses() && !budget.has_validation)
    throw ConfigError(
        fmt::format("soup.method {} chooses on validation samples", recipe.name),
        "data.validation_size leaves none",
        "give it -1, or a number of samples; soup.accept=always with one share needs none");
  if (recipe.members == Members::last && config.train.select == "validation")
    throw ConfigError(
        fmt::format("train.select = validation chooses among the steps of one training, "
                    "soup.method {} has {}",
                    recipe.name, recipe.count),
        "", "train.select=last");
  check_batches(plan_members(recipe, config, budget.total_steps), budget, config.train);
}

SoupCompanion::SoupCompanion(Recipe recipe, const config::RunConfig& config,
                             std::vector<FinishedMember> finished)
    : recipe_(std::move(recipe)), config_(config), finished_(std::move(finished)) {}

void SoupCompanion::mix(prune::Composer& composer, std::size_t members) const {
  const auto& budget = composer.budget();
  MixOptions options{.scope = composer.method().scope,
                     .keep = keep_count(config_.prune.sparsity, budget.prunable),
                     .members = members,
                     .statistics = std::max<std::int64_t>(
                         1, std::llround(config_.soup.statistics_share *
                                         static_cast<double>(budget.steps_per_epoch))),
                     .connectivity = config_.soup.connectivity && budget.has_validation};
  if (!finished_.empty()) options.files = files_of(finished_);
  composer.add(std::make_unique<Mix>(recipe_, std::move(options)));
}

void SoupCompanion::before(prune::Composer& composer) {
  if (!finished_.empty()) return;
  if (recipe_.members == Members::final_weights)
    composer.add(std::make_unique<engine::TakeSnapshot>(kSoupStart));
  if (recipe_.members != Members::weak) return;
  auto plans = plan_members(recipe_, config_, composer.budget().total_steps);
  const auto members = plans.size();
  composer.add(std::make_unique<TrainMembers>(std::move(plans), composer.method().scope));
  mix(composer, members);
}

bool SoupCompanion::last_training(prune::Composer& composer, std::int64_t steps) {
  if (!finished_.empty()) {
    composer.add(std::make_unique<OpenMembers>(finished_));
    const bool prunes = recipe_.prune != Recipe::Prune::never;
    const auto& budget = composer.budget();
    composer.set_keep(recipe_.start == Start::network ? budget.prunable
                      : prunes ? keep_count(config_.prune.sparsity, budget.prunable)
                               : finished_.front().mask->kept());
    mix(composer, finished_.size());
    return true;
  }
  if (recipe_.members != Members::last) return false;
  auto plans = plan_members(recipe_, config_, steps);
  const auto members = plans.size();
  composer.add(std::make_unique<TrainMembers>(std::move(plans), composer.method().scope));
  mix(composer, members);
  return true;
}

void SoupCompanion::ticket(prune::Composer& composer, std::int64_t level) {
  if (recipe_.members != Members::tickets || !finished_.empty()) return;
  composer.add(std::make_unique<KeepMember>(fmt::format("level {}", level)));
  ++tickets_;
}

void SoupCompanion::after(prune::Composer& composer) {
  if (!finished_.empty()) return;
  if (recipe_.members == Members::tickets) mix(composer, tickets_);
  if (recipe_.members != Members::final_weights) return;
  composer.add(std::make_unique<KeepMember>("the trained network"));
  composer.add(std::make_unique<engine::Rewind>(engine::Rewind::Targets{.weights = kSoupStart}));
  mix(composer, 1);
}

}  // namespace stockpot::soup
