// SPDX-License-Identifier: Apache-2.0
#include "comm/tree_sum.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.hpp"
#include "support/world.hpp"

using namespace stockpot;

namespace {

std::vector<float> leaf_values(int leaf, std::size_t size) {
  RandomStream stream(9, Purpose::random_score, {.sample = static_cast<std::uint32_t>(leaf)});
  std::vector<float> values(size);
  for (auto& v : values) v = static_cast<float>(stream.normal() * std::exp2(leaf % 7));
  return values;
}

/// The oracle: the same tree on one process, written as recursion over vectors.
std::vector<float> serial_tree(int first, int count, std::size_t size) {
  if (count == 1) return leaf_values(first, size);
  int left = 1;
  while (left * 2 < count) left *= 2;
  auto a = serial_tree(first, left, size);
  const auto b = serial_tree(first + left, count - left, size);
  for (std::size_t i = 0; i < size; ++i) a[i] += b[i];
  return a;
}

}  // namespace

TEST(TreeSum, GivesTheBitsOfTheSerialTreeOnAnyNumberOfRanks) {
  const auto& world = test::world();
  std::vector<std::vector<float>> scratch;
  for (int leaves : {1, 2, 3, 4, 5, 8, 13}) {
    for (bool blocks : {true, false}) {
      std::vector<float> total(1000);
      comm::tree_sum(
          world, leaves,
          [&](int leaf) {
            return blocks ? comm::block_owner(leaf, leaves, world.size()) : leaf % world.size();
          },
          [&](int leaf, std::span<float> out) {
            const auto values = leaf_values(leaf, out.size());
            std::copy(values.begin(), values.end(), out.begin());
          },
          total, scratch);
      EXPECT_EQ(total, serial_tree(0, leaves, 1000)) << leaves << " leaves";
    }
  }
}
