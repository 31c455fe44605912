// SPDX-License-Identifier: Apache-2.0
// Soups by the program: equal bits on 1, 3 and 4 ranks, what is left of a run, finished runs mixed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "io/result_file.hpp"
#include "jobs/program.hpp"

using namespace stockpot;
using test::expect_exit;
using test::Images;

namespace {

std::string preset(const std::string& name) {
  return std::string(STOCKPOT_SOURCE_DIR) + "/configs/methods/" + name + ".ini ";
}

const char* const kSmall =
    " --soup.count=3 --soup.steps=3 --soup.grid= --prune.search_share=0.5 --dist.reduction=fixed";

}  // namespace

class SoupPreset : public testing::TestWithParam<const char*> {};

TEST_P(SoupPreset, GivesEqualBitsOnOneThreeAndFourRanksAndLeavesNoMembers) {
  const Images images;
  std::vector<std::string> weights;
  std::vector<io::RunResult> results;
  for (const int ranks : {0, 3, 4}) {
    const auto run = "on-" + std::to_string(ranks);
    const auto settings = preset(GetParam()) + images.settings(run, kSmall);
    expect_exit(test::stockpot("run " + settings, ranks), 0, "soup ");
    const auto folder = images.folder / run;
    results.push_back(io::read_result(folder / "result.h5"));
    weights.push_back(test::read_text(folder / "model.safetensors"));
    EXPECT_FALSE(std::filesystem::exists(folder / "members"));
  }
  for (const std::size_t other : {1U, 2U}) {
    EXPECT_EQ(weights[0], weights[other]);
    EXPECT_EQ(results[0].test, results[other].test);
    ASSERT_EQ(results[0].soup.size(), results[other].soup.size());
    for (std::size_t i = 0; i < results[0].soup.size(); ++i) {
      EXPECT_EQ(results[0].soup[i].share, results[other].soup[i].share);
      EXPECT_EQ(results[0].soup[i].accepted, results[other].soup[i].accepted);
    }
    ASSERT_EQ(results[0].cost.size(), results[other].cost.size());
    for (std::size_t i = 0; i < results[0].cost.size(); ++i)
      EXPECT_EQ(results[0].cost[i].flops_executed, results[other].cost[i].flops_executed);
  }
  EXPECT_FALSE(results[0].soup_members.empty());
}

INSTANTIATE_TEST_SUITE_P(All, SoupPreset,
                         testing::Values("uniform_soup", "greedy_soup", "lottery_pools", "swa_soup",
                                         "ema_soup", "wise", "ims"),
                         [](const auto& given) { return std::string(given.param); });

TEST(Soup, OfFinishedRunsMixesThemAndTestsTheirMeanLogits) {
  const Images images;
  std::string members;
  for (const auto& [run, lr] : {std::pair("a", "1e-3"), std::pair("b", "1e-4")}) {
    const auto settings =
        images.settings(run, fmt::format("--prune.method=dense --train.lr={}", lr));
    expect_exit(test::stockpot("run " + settings), 0, "result ");
    members += fmt::format("{}{}", members.empty() ? "" : " ", (images.folder / run).string());
  }
  const auto settings =
      preset("greedy_soup") +
      images.settings("soup", fmt::format("--soup.ensemble=true --soup.members='{}'", members));
  expect_exit(test::stockpot("run " + settings, 2), 0, "soup greedy");
  const auto result = io::read_result(images.folder / "soup/result.h5");
  EXPECT_EQ(result.soup_method, "greedy");
  EXPECT_EQ(result.soup_members.size(), 2U);
  EXPECT_TRUE(result.extra_metrics.contains("ensemble_accuracy"));
  EXPECT_TRUE(result.train.empty());
  std::vector<std::string> files;
  for (const auto& row : result.inputs)
    if (row.role == "members") files.push_back(row.file + " " + row.sha256);
  ASSERT_EQ(files.size(), 4U) << "weights and result of both";
  EXPECT_EQ(files[0], (images.folder / "a/model.safetensors").string() + " " +
                          test::sha256_of(images.folder / "a/model.safetensors"));

  const auto plain = images.folder / "plain";  // weights alone, as other tools leave them
  std::filesystem::create_directory(plain);
  std::filesystem::copy(images.folder / "a/model.safetensors", plain);
  const auto of_plain = fmt::format("--soup.members='{} {}'", members, plain.string());
  expect_exit(
      test::stockpot("run " + preset("uniform_soup") + images.settings("of-plain", of_plain)), 0,
      "soup uniform");

  const auto again = images.settings("b", "--prune.method=dense --train.lr=1e-4 --seed=7 --force");
  expect_exit(test::stockpot("run " + again), 0, "result ");
  expect_exit(test::stockpot("run " + settings, 2), 78, "b/model.safetensors: now");

  const auto pruned = images.settings("pruned", "--prune.method=one_shot");
  expect_exit(test::stockpot("run " + pruned), 0, "result ");
  const auto mixed = [&](const std::string& more) {
    const auto words =
        fmt::format("--soup.members='{} {}'", members, (images.folder / more).string());
    return test::stockpot(
        fmt::format("run {} {}", preset("uniform_soup"), images.settings("mixed", words)));
  };
  expect_exit(mixed("pruned"), 78, "has another mask than");
  expect_exit(mixed("absent"), 74, "soup.members: cannot read");
}
