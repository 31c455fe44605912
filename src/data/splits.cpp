// SPDX-License-Identifier: Apache-2.0
#include "data/splits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/random.hpp"

namespace stockpot::data {
namespace {

using Indices = std::vector<std::int64_t>;

Indices all_of(std::int64_t size) {
  Indices indices(static_cast<std::size_t>(size));
  for (std::int64_t i = 0; i < size; ++i) indices[static_cast<std::size_t>(i)] = i;
  return indices;
}

/// The `count` members of `from` that a permutation puts first, and the others; both increasing.
std::pair<Indices, Indices> choose(const Indices& from, std::int64_t count, std::uint64_t seed,
                                   Purpose purpose, std::uint32_t round) {
  if (count == 0) return {{}, from};
  const KeyedPermutation order(from.size(), seed, purpose, round);
  std::vector<bool> chosen(from.size());
  for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(count); ++i) chosen[order(i)] = true;
  std::pair<Indices, Indices> parts;
  for (std::size_t i = 0; i < from.size(); ++i)
    (chosen[i] ? parts.first : parts.second).push_back(from[i]);
  return parts;
}

Indices limit(const Indices& from, std::int64_t size, const std::string& setting,
              std::uint64_t seed, std::uint32_t round) {
  const auto available = static_cast<std::int64_t>(from.size());
  if (size == 0) return from;
  if (size > available)
    throw ConfigError(
        fmt::format("data.{} {} is more than the {} samples there are", setting, size, available),
        "", fmt::format("give at most {}, or 0 for all", available));
  return choose(from, size, seed, Purpose::data_limit, round).first;
}

}  // namespace

Wanted Wanted::only(std::string_view split) {
  const bool train = split == "train", validation = split == "validation", test = split == "test";
  return {train, validation, test, !train && !validation && !test};
}

TrainingChoice choose_training(std::int64_t official, const config::DataConfig& config,
                               std::uint64_t seed) {
  const auto tested = static_cast<std::int64_t>(
      std::nearbyint(config.test_from_train * static_cast<double>(official)));
  if (config.test_from_train > 0 && (tested == 0 || tested == official))
    throw ConfigError(fmt::format("data.test_from_train {} makes {} test samples",
                                  config.test_from_train, tested),
                      fmt::format("the official training set has {} samples", official),
                      "choose another fraction");
  auto [test, pool] = choose(all_of(official), tested, seed, Purpose::test_split, 0);
  const auto size = static_cast<std::int64_t>(pool.size());
  const std::int64_t held_out = config.validation_size >= 0
                                    ? config.validation_size
                                    : std::min<std::int64_t>(size / 10, 5000);
  if (held_out >= size)
    throw ConfigError(
        fmt::format("data.validation_size {} leaves nothing to train on", held_out),
        fmt::format("the official training set has {} samples", official) +
            (tested > 0 ? fmt::format(", {} of which are the test set", tested) : std::string()),
        "leave it at -1 for min(10 %, 5000)");
  auto [validation, rest] = choose(pool, held_out, seed, Purpose::validation_split, 0);
  TrainingChoice choice;
  choice.train = limit(rest, config.train_size, "train_size", seed, 0);
  choice.validation = std::move(validation);
  if (tested > 0) choice.test = limit(test, config.test_size, "test_size", seed, 1);
  return choice;
}

std::vector<std::int64_t> choose_test(std::int64_t available, const config::DataConfig& config,
                                      std::uint64_t seed) {
  return limit(all_of(available), config.test_size, "test_size", seed, 1);
}

Splits choose_splits(const OfficialSets& sets, const config::DataConfig& config,
                     std::uint64_t seed) {
  Splits splits;
  if (sets.train != nullptr) {
    auto choice = choose_training(sets.train->size(), config, seed);
    splits.train = {sets.train, std::move(choice.train)};
    splits.validation = {sets.train, std::move(choice.validation)};
    if (config.test_from_train > 0) splits.test = {sets.train, std::move(choice.test)};
  }
  if (config.test_from_train == 0 && sets.test != nullptr)
    splits.test = choose_test(sets.test, config, seed);
  return splits;
}

Split all_of(std::shared_ptr<const Dataset> dataset) {
  auto indices = all_of(dataset->size());
  return {std::move(dataset), std::move(indices)};
}

Split choose_test(std::shared_ptr<const Dataset> test, const config::DataConfig& config,
                  std::uint64_t seed) {
  auto indices = choose_test(test->size(), config, seed);
  return {std::move(test), std::move(indices)};
}

}  // namespace stockpot::data
