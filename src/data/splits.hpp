// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "config/run_config.hpp"
#include "data/dataset.hpp"

namespace stockpot::data {

/// Which splits a caller wants; files that only others need are not read.
struct Wanted {
  bool train = true, validation = true, test = true;
  bool more = true;  ///< Splits::more_tests
  /// false: samples are counted by headers, sizes and names of files; pixels and labels of images
  /// are not read, texts not cut into tokens. The data sets then are outlines (data/outline.hpp),
  /// or hold no picture.
  bool contents = true;

  /// The split of that name alone; every other name is one of Splits::more_tests.
  static Wanted only(std::string_view split);

  /// Whether a wanted split is cut from the official training set.
  bool any_of_training(const config::DataConfig& config) const {
    return train || validation || (test && config.test_from_train > 0);
  }
  /// Whether the official test set is wanted.
  bool official_test(const config::DataConfig& config) const {
    return test && config.test_from_train == 0;
  }
};

/// The two parts of a data set that have official labels; null where nobody wants them.
struct OfficialSets {
  std::shared_ptr<const Dataset> train, test;
};

/// Samples of the official training set by what they are for: disjoint, each increasing.
struct TrainingChoice {
  std::vector<std::int64_t> train, validation;
  std::vector<std::int64_t> test;  ///< empty unless data.test_from_train is set
};

/// Choose from `official` samples: first the test samples (the fraction data.test_from_train), then
/// validation from the rest (by default min(10 %, 5000) of it), then data.train_size of what is
/// left. Depends on counts and seed alone. ConfigError where a size is too large.
TrainingChoice choose_training(std::int64_t official, const config::DataConfig& config,
                               std::uint64_t seed);

/// All of `available` test samples, or the seeded choice of data.test_size of them.
std::vector<std::int64_t> choose_test(std::int64_t available, const config::DataConfig& config,
                                      std::uint64_t seed);

/// Cut the official parts into train, validation and test.
///
/// Validation is a seeded choice of the official training set (its size by default min(10 %, 5000);
/// source: methods of "Patching open-vocabulary models", Ilharco et al. 2022), the same for every
/// limit; the limits are seeded choices of what is left (choose_training). Splits of a set that is
/// null stay empty. ConfigError where a size is too large.
Splits choose_splits(const OfficialSets& sets, const config::DataConfig& config,
                     std::uint64_t seed);

/// Every sample of a data set.
Split all_of(std::shared_ptr<const Dataset> dataset);

/// All of `test`, or the seeded choice of data.test_size samples of it.
Split choose_test(std::shared_ptr<const Dataset> test, const config::DataConfig& config,
                  std::uint64_t seed);

}  // namespace stockpot::data
