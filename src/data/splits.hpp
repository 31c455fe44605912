// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "config/run_config.hpp"
#include "data/dataset.hpp"

namespace stockpot::data {

/// The two parts of a data set that have official labels.
struct OfficialSets {
  std::shared_ptr<const Dataset> train, test;
};

/// Cut the official parts into train, validation and test.
///
/// Validation is a seeded choice of the official training set (its size by default min(10 %, 5000);
/// source: methods of "Patching open-vocabulary models", Ilharco et al. 2022), the same for every
/// limit; the limits are seeded choices of what is left. ConfigError where a size is too large.
Splits choose_splits(const OfficialSets& sets, const config::DataConfig& config,
                     std::uint64_t seed);

/// Every sample of a data set.
Split all_of(std::shared_ptr<const Dataset> dataset);

/// All of `test`, or the seeded choice of data.test_size samples of it.
Split choose_test(std::shared_ptr<const Dataset> test, const config::DataConfig& config,
                  std::uint64_t seed);

}  // namespace stockpot::data
