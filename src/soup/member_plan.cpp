// SPDX-License-Identifier: Apache-2.0
#include "soup/member_plan.hpp"

#include <algorithm>
#include <cmath>

#include "config/number_list.hpp"
#include "core/error.hpp"
#include "core/random.hpp"

namespace stockpot::soup {
namespace {

/// A list of the settings, whose rules let only good ones pass.
std::vector<double> list(const std::string& text) {
  auto numbers = config::number_list(text);
  expect(numbers.has_value(), "a list that the rules of the settings let pass");
  return *std::move(numbers);
}

/// Counts through combinations: each call takes the digit of one list off.
class Combination {
 public:
  explicit Combination(std::size_t number) : left_(number) {}
  /// The list's value, or `otherwise` where it is empty.
  double take(const std::vector<double>& values, double otherwise) {
    if (values.empty()) return otherwise;
    const auto digit = left_ % values.size();
    left_ /= values.size();
    return values[digit];
  }

 private:
  std::size_t left_;
};

std::uint64_t seed_of(std::uint64_t seed, std::uint32_t member) {
  RandomStream stream(seed, Purpose::soup_member, {.denoiser = member});
  const std::uint64_t high = stream.bits();
  return high << 32 | stream.bits();
}

}  // namespace

std::vector<MemberPlan> plan_members(const Recipe& recipe, const config::RunConfig& config,
                                     std::int64_t steps) {
  const auto& soup = config.soup;
  const bool weak = recipe.members == Members::weak;
  const auto rates = list(soup.lrs), decays = list(soup.weight_decays),
             batches = list(soup.batches), sparsities = list(soup.sparsities);
  std::vector<MemberPlan> plans;
  for (std::int64_t k = 0; k < recipe.count; ++k) {
    const auto number = static_cast<std::uint32_t>(k);
    RandomStream stream(config.seed, Purpose::soup_protocol, {.denoiser = number});
    const double drawn_lr =
        config.train.lr * std::pow(10.0, stream.uniform(-soup.lr_decades, soup.lr_decades));
    const double factors[] = {0.0, 0.1, 1.0};
    const double drawn_decay = config.train.weight_decay * factors[stream.below(3)];
    Combination combination(static_cast<std::size_t>(k));
    MemberPlan plan;
    plan.constant_rate = plan.own_shard = weak;
    plan.seed = seed_of(config.seed, number);
    const double lr = combination.take(rates, drawn_lr);
    plan.weight_decay = combination.take(decays, drawn_decay);
    plan.batch = std::llround(combination.take(batches, static_cast<double>(config.train.batch)));
    const double samples = static_cast<double>(steps) * static_cast<double>(config.train.batch);
    plan.steps =
        weak ? soup.steps
             : std::max<std::int64_t>(1, std::llround(samples / static_cast<double>(plan.batch)));
    plan.line = train::line_of(config.train, plan.steps);
    plan.line.initial = lr;
    if (weak && !sparsities.empty())
      plan.sparsity = sparsities[static_cast<std::size_t>(k) % sparsities.size()];
    plans.push_back(plan);
  }
  return plans;
}

}  // namespace stockpot::soup
