// SPDX-License-Identifier: Apache-2.0
// Mixtures of finished networks against hand-worked numbers.
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "core/sparsity.hpp"
#include "model/weights_file.hpp"
#include "soup/connectivity.hpp"
#include "support/toy.hpp"

using namespace stockpot;

namespace {

/// Files of toy networks.
class Networks {
 public:
  /// Initial weights of seed `seed`, every one multiplied by `factor`.
  std::string add(std::uint64_t seed, float factor = 1) {
    model::Weights weights(toy_.model->layout(), at::kCPU);
    model::initialise(weights, seed);
    for (float& w : weights.host()) w *= factor;
    return keep(weights);
  }
  /// A network that has learned the toy's classes.
  std::string add_trained() {
    auto state = toy_.fresh_state();
    toy_.train(state, 30);
    return keep(state.weights);
  }
  const std::vector<float>& operator[](std::size_t i) const { return networks_[i]; }

 private:
  std::string keep(const model::Weights& weights) {
    networks_.push_back({weights.host().begin(), weights.host().end()});
    const auto path = folder_ / (std::to_string(networks_.size()) + ".safetensors");
    model::save_weights(path, weights, {});
    return path.string();
  }

  test::TempDir folder_;
  test::ToyRun toy_;
  std::vector<std::vector<float>> networks_;
};

struct Ended {
  mask::Mask mask;
  std::vector<float> weights;
  engine::Records records;
};

Ended mix(
    const std::string& method, const std::string& members,
    const test::Change& more = [](auto&) {}) {
  test::ToyRun toy([&](auto& c) {
    c.prune.method = "dense";
    c.soup.method = method;
    c.soup.members = members;
    more(c);
  });
  auto state = toy.fresh_state();
  toy.run(state);
  return {*state.mask, test::weights_of(state), state.records};
}

}  // namespace

TEST(Mix, OfOneNetworkSeveralTimesIsThatNetwork) {
  Networks networks;
  const auto a = networks.add(1);
  for (const char* method : {"uniform", "greedy"})
    EXPECT_EQ(mix(method, a + " " + a + " " + a).weights, networks[0]) << method;
}

TEST(Mix, OfAllAlikeIsTheirMean) {
  Networks networks;
  const auto a = networks.add(1), b = networks.add(2), c = networks.add(3);
  const auto paths = a + " " + b + " " + c;
  const auto ended = mix("uniform", paths);
  for (std::size_t i = 0; i < ended.weights.size(); ++i) {
    const double sum = static_cast<double>(networks[0][i]) + static_cast<double>(networks[1][i]) +
                       static_cast<double>(networks[2][i]);
    EXPECT_NEAR(ended.weights[i], sum / 3, 1e-7);
  }
}

TEST(Mix, ThatTakesNobodyLeavesItsStartToTheBit) {
  Networks networks;
  const auto good = networks.add_trained();
  const auto bad = networks.add(2, 1e4F), worse = networks.add(3, -1e4F);
  const auto ended = mix("greedy", bad + " " + good + " " + worse);
  ASSERT_EQ(ended.records.soup.size(), 3U);
  EXPECT_FALSE(ended.records.soup[1].accepted || ended.records.soup[2].accepted);
  EXPECT_EQ(ended.weights, networks[0]);
}

TEST(Mix, ThatPrunesKeepsTheLargestOfTheMixture) {
  Networks networks;
  const auto a = networks.add(1), b = networks.add(2);
  const auto paths = a + " " + b;
  const auto ended = mix("ema", paths, [](auto& c) {
    c.prune.sparsity = 0;
    c.soup.grid = "0.25";
  });
  for (std::size_t i = 0; i < ended.weights.size(); ++i) {
    const double mixture =
        0.75 * static_cast<double>(networks[1][i]) + 0.25 * static_cast<double>(networks[0][i]);
    EXPECT_EQ(ended.weights[i], static_cast<float>(mixture));
  }
}

TEST(Mix, MeasuresDistanceAngleAndBarrierBeforeItBegins) {
  Networks networks;
  const auto a = networks.add(1), b = networks.add(1, -1);
  const auto ended = mix("uniform", a + " " + b);
  const auto& row = ended.records.soup_members[1];
  double norm = 0;
  for (const float w : networks[0]) norm += static_cast<double>(w) * static_cast<double>(w);
  EXPECT_NEAR(row.distance, 2 * std::sqrt(norm), 1e-9 * norm);
  EXPECT_NEAR(row.angle_deg, 180, 1e-5);
  EXPECT_TRUE(std::isfinite(row.barrier));
  EXPECT_TRUE(std::isnan(ended.records.soup_members[0].barrier)) << "the start has none to itself";
}

TEST(Mix, OfNetworksThatDoNotFitIsRefusedWithTheirName) {
  Networks networks;
  const auto a = networks.add(1);
  EXPECT_THROW(mix("uniform", a), ConfigError);
  EXPECT_THROW(mix("uniform", a + " /absent.safetensors"), IoError);
  EXPECT_THROW(mix("uniform", a + " " + a, [](auto& c) { c.model.width = 8; }), DataError);
  EXPECT_THROW(mix("uniform", a + " " + a, [](auto& c) { c.soup.count = 3; }), ConfigError);
}

TEST(Barrier, IsTheLossBetweenAboveTheMeanOfTheEnds) {
  EXPECT_DOUBLE_EQ(soup::barrier(1.5, 0.5, 1.0), 0.75);
}
