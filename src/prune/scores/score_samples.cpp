// SPDX-License-Identifier: Apache-2.0
#include "prune/scores/score_samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/error.hpp"
#include "core/index.hpp"
#include "core/random.hpp"
#include "train/step_engine.hpp"

namespace stockpot::prune {
namespace {

/// Samples that a balanced batch holds at most: 196 classes of 10 are 1960.
constexpr std::int64_t kMostBalanced = 4096;

/// The draws of one purpose, apart from each other.
enum class Draw : std::uint32_t { batches = 0, balanced = 1 };

KeyedPermutation order_of(const config::RunConfig& config, const data::Split& train,
                          std::int64_t round, Draw draw) {
  return {static_cast<std::uint64_t>(train.size()), config.seed, Purpose::score_data,
          static_cast<std::uint32_t>(round), static_cast<std::uint32_t>(draw)};
}

std::int64_t sample_at(const data::Split& train, const KeyedPermutation& order,
                       std::int64_t position) {
  return train.indices[order(static_cast<std::uint64_t>(position))];
}

void check_balanced(const config::RunConfig& config, const data::Split& train,
                    std::int64_t classes) {
  const auto each = config.prune.samples_per_class;
  if (classes > kMostBalanced)
    throw ConfigError(fmt::format("a balanced batch holds at most {} samples", kMostBalanced),
                      fmt::format("{} classes", classes), "take another prune.score than grasp");
  if (classes * each > kMostBalanced)
    throw ConfigError(
        fmt::format("prune.samples_per_class {} is too large for {} classes", each, classes),
        fmt::format("a balanced batch holds at most {} samples", kMostBalanced),
        fmt::format("lower it to {} or less", kMostBalanced / classes));
  if (classes * each > train.size())
    throw ConfigError(
        fmt::format("prune.samples_per_class {} is too large for {} classes", each, classes),
        fmt::format("the training set has {} samples", train.size()),
        "lower it, or take more training samples");
}

/// By class the samples that are drawn of it, in the order in which they are met.
std::vector<std::vector<std::int64_t>> draw_classes(const data::Split& train,
                                                    const KeyedPermutation& order,
                                                    std::int64_t classes, std::int64_t each) {
  std::vector<std::vector<std::int64_t>> drawn(static_cast<std::size_t>(classes));
  std::int64_t missing = classes * each;
  for (std::int64_t p = 0; p < train.size() && missing > 0; ++p) {
    const auto sample = sample_at(train, order, p);
    auto& own = at(drawn, train.dataset->label(sample));
    if (std::ssize(own) == each) continue;
    own.push_back(sample);
    --missing;
  }
  return drawn;
}

std::string name_of_class(const data::Dataset& dataset, std::int64_t number) {
  const auto& names = dataset.class_names();
  return number < std::ssize(names) ? fmt::format("{} ({})", number, at(names, number))
                                    : std::to_string(number);
}

void require_full(const std::vector<std::vector<std::int64_t>>& drawn, const data::Split& train,
                  std::int64_t each) {
  for (std::int64_t c = 0; c < std::ssize(drawn); ++c)
    if (std::ssize(at(drawn, c)) < each)
      throw DataError(fmt::format("class {} has {} training samples",
                                  name_of_class(*train.dataset, c), at(drawn, c).size()),
                      fmt::format("the balanced batch of grasp wants {} of each", each),
                      "lower prune.samples_per_class, or take more training samples");
}

}  // namespace

ScoreBatches drawn_batches(const config::RunConfig& config, const data::Split& train,
                           std::int64_t round) {
  const auto count = config.prune.score_batches, batch = config.train.batch;
  if (count > train.size() / batch)
    throw ConfigError(
        fmt::format("prune.score_batches {} is too many", count),
        fmt::format("the training set holds {} batches of {} samples", train.size() / batch, batch),
        "lower it");
  const auto order = order_of(config, train, round, Draw::batches);
  ScoreBatches batches(static_cast<std::size_t>(count));
  std::int64_t position = 0;
  for (auto& samples : batches)
    for (std::int64_t i = 0; i < batch; ++i) samples.push_back(sample_at(train, order, position++));
  return batches;
}

ScoreBatches balanced_batches(const config::RunConfig& config, const data::Split& train,
                              std::int64_t round, bool strict) {
  const auto classes = train.dataset->shape().classes, each = config.prune.samples_per_class;
  if (classes == 0) return drawn_batches(config, train, round);
  check_balanced(config, train, classes);
  const auto order = order_of(config, train, round, Draw::balanced);
  const auto drawn = draw_classes(train, order, classes, each);
  if (strict) require_full(drawn, train, each);
  std::vector<std::int64_t> all;
  for (std::int64_t i = 0; i < each; ++i)
    for (const auto& own : drawn)
      if (i < std::ssize(own)) all.push_back(at(own, i));
  for (std::int64_t p = 0; std::ssize(all) < classes * each; ++p)
    all.push_back(sample_at(train, order, p));
  const auto parts =
      static_cast<int>((std::ssize(all) + config.train.batch - 1) / config.train.batch);
  ScoreBatches batches;
  for (int part = 0; part < parts; ++part) {
    const auto own = train::part_of(all, part, parts);
    batches.emplace_back(own.begin(), own.end());
  }
  return batches;
}

Work work_of(const ScoreBatches& batches, const config::RunConfig& config, const data::Split& train,
             const train::FlopMeter& meter, std::int64_t passes, std::int64_t visits) {
  const int parts = train::parts_of(train::reduction_of(config.dist), config.dist);
  Work work;
  for (const auto& batch : batches)
    for (int part = 0; part < parts; ++part)
      if (const auto own = train::part_of(batch, part, parts); !own.empty()) {
        auto forward = passes * meter.forward(data::shape_of(*train.dataset, own));
        forward.samples = visits * std::ssize(own);
        work += forward;
      }
  work.steps = std::ssize(batches);
  return work;
}

}  // namespace stockpot::prune
