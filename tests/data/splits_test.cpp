// SPDX-License-Identifier: Apache-2.0
#include "data/splits.hpp"

#include <algorithm>
#include <set>

#include "files.hpp"

using namespace stockpot;
using namespace stockpot::data;
using namespace stockpot::test;

namespace {

/// A set of `size` samples without content.
class Numbered final : public Dataset {
 public:
  explicit Numbered(std::int64_t size) : size_(size) {}
  std::int64_t size() const override { return size_; }
  DataShape shape() const override { return {}; }
  const std::vector<std::string>& class_names() const override { return names_; }
  std::int64_t label(std::int64_t index) const override { return index; }
  void fill(std::span<const std::int64_t>, const Augmentation&, Batch&) const override {}

 private:
  std::int64_t size_;
  std::vector<std::string> names_;
};

Splits choose(const config::DataConfig& config, std::uint64_t seed = 5, std::int64_t train = 1000,
              std::int64_t test = 200) {
  return choose_splits({std::make_shared<Numbered>(train), std::make_shared<Numbered>(test)},
                       config, seed);
}

}  // namespace

TEST(Splits, TrainAndValidationAreDisjointAndTogetherEverything) {
  const Splits splits = choose({});
  EXPECT_EQ(splits.validation.size(), 100);
  EXPECT_EQ(splits.test.size(), 200);
  std::set<std::int64_t> all(splits.train.indices.begin(), splits.train.indices.end());
  all.insert(splits.validation.indices.begin(), splits.validation.indices.end());
  EXPECT_EQ(all.size(), 1000U);
  EXPECT_EQ(splits.train.size(), 900);
  EXPECT_EQ(*all.rbegin(), 999);
}

TEST(Splits, AreIncreasing) {
  config::DataConfig config;
  config.train_size = 300;
  config.test_size = 50;
  const Splits splits = choose(config);
  for (const Split* split : {&splits.train, &splits.validation, &splits.test})
    EXPECT_TRUE(std::is_sorted(split->indices.begin(), split->indices.end(), std::less_equal<>()) ||
                split->size() < 2);
}

TEST(Splits, HoldOutAtMostFiveThousandByDefault) {
  EXPECT_EQ(choose({}, 5, 60000).validation.size(), 5000);
  EXPECT_EQ(choose({}, 5, 9).validation.size(), 0);
}

TEST(Splits, DependOnTheSeedOnly) {
  EXPECT_EQ(choose({}, 5).validation.indices, choose({}, 5).validation.indices);
  EXPECT_NE(choose({}, 5).validation.indices, choose({}, 6).validation.indices);
}

TEST(Splits, LimitsLeaveTheValidationSplitAlone) {
  config::DataConfig config;
  config.train_size = 123;
  config.test_size = 45;
  const Splits all = choose({}), limited = choose(config);
  EXPECT_EQ(limited.validation.indices, all.validation.indices);
  EXPECT_EQ(limited.train.size(), 123);
  EXPECT_EQ(limited.test.size(), 45);
  EXPECT_TRUE(std::includes(all.train.indices.begin(), all.train.indices.end(),
                            limited.train.indices.begin(), limited.train.indices.end()));
}

TEST(Splits, SmallerLimitsAreParts) {
  config::DataConfig small, large;
  small.train_size = 100;
  large.train_size = 400;
  const auto few = choose(small).train.indices, many = choose(large).train.indices;
  EXPECT_TRUE(std::includes(many.begin(), many.end(), few.begin(), few.end()));
}

TEST(Splits, RefuseSizesBeyondTheData) {
  config::DataConfig config;
  config.validation_size = 1000;
  expect_error<ConfigError>([&] { choose(config); }, {"validation_size 1000", "1000 samples"});
  config.validation_size = 400;
  config.train_size = 601;
  expect_error<ConfigError>([&] { choose(config); }, {"train_size 601", "600"});
  config.train_size = 600;
  config.test_size = 201;
  expect_error<ConfigError>([&] { choose(config); }, {"test_size 201", "200"});
}

TEST(Splits, TestFromTrainIsDisjointFromTrainAndValidationAndLeavesTheDefaultAlone) {
  config::DataConfig config;
  config.test_from_train = 0.2;
  const auto choice = choose_training(1000, config, 5);
  EXPECT_EQ(choice.test.size(), 200U);
  EXPECT_EQ(choice.validation.size(), 80U);
  EXPECT_EQ(choice.train.size(), 720U);
  std::set<std::int64_t> all;
  for (const auto* part : {&choice.test, &choice.validation, &choice.train})
    all.insert(part->begin(), part->end());
  EXPECT_EQ(all.size(), 1000U);
  EXPECT_NE(choice.test, choose_training(1000, config, 6).test);
  const Splits splits = choose(config);
  EXPECT_EQ(splits.test.indices, choice.test);
  EXPECT_EQ(splits.test.dataset, splits.train.dataset);
  config.test_from_train = 0.0001;
  expect_error<ConfigError>([&] { choose(config); }, {"test_from_train 0.0001", "1000 samples"});
}
