// SPDX-License-Identifier: Apache-2.0
#include "data/splits.hpp"

#include <fmt/format.h>

#include <algorithm>

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

Splits choose_splits(const OfficialSets& sets, const config::DataConfig& config,
                     std::uint64_t seed) {
  const std::int64_t official = sets.train->size();
  const std::int64_t held_out = config.validation_size >= 0
                                    ? config.validation_size
                                    : std::min<std::int64_t>(official / 10, 5000);
  if (held_out >= official)
    throw ConfigError(fmt::format("data.validation_size {} leaves nothing to train on", held_out),
                      fmt::format("the official training set has {} samples", official),
                      "leave it at -1 for min(10 %, 5000)");
  const auto [validation, rest] =
      choose(all_of(official), held_out, seed, Purpose::validation_split, 0);
  Splits splits;
  splits.train = {sets.train, limit(rest, config.train_size, "train_size", seed, 0)};
  splits.validation = {sets.train, validation};
  splits.test = choose_test(sets.test, config, seed);
  return splits;
}

Split all_of(std::shared_ptr<const Dataset> dataset) {
  auto indices = all_of(dataset->size());
  return {std::move(dataset), std::move(indices)};
}

Split choose_test(std::shared_ptr<const Dataset> test, const config::DataConfig& config,
                  std::uint64_t seed) {
  auto indices = limit(all_of(test->size()), config.test_size, "test_size", seed, 1);
  return {std::move(test), std::move(indices)};
}

}  // namespace stockpot::data
