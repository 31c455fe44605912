// SPDX-License-Identifier: Apache-2.0
// Every task's config makes a plan, without its data.
#include <gtest/gtest.h>

#include "config/command_line.hpp"
#include "config/load.hpp"
#include "core/sparsity.hpp"
#include "jobs/program.hpp"

using namespace stockpot;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t
    kClipWeights = 84'934'656,
    kBertWeights = 85'524'480;  // prunable ones of ViT-B/32 and of bert-base with its pooler

std::vector<fs::path> task_configs() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(STOCKPOT_SOURCE_DIR) / "configs/tasks"))
    if (entry.path().extension() == ".ini") files.push_back(entry.path());
  return files;
}

/// Position behind `words` in `text`; npos if they are not there in this order.
std::size_t after(const std::string& text, const std::vector<std::string>& words) {
  std::size_t at = 0;
  for (const auto& word : words) {
    at = text.find(word, at);
    if (at == std::string::npos) return at;
    at += word.size();
  }
  return at;
}

}  // namespace

TEST(DryRun, PlansEveryTaskByItsOfficialSizesWithoutItsData) {
  const auto files = task_configs();
  EXPECT_EQ(files.size(), 15U);
  for (const auto& file : files) {
    const auto ended = test::stockpot("run " + file.string() + " --dry-run");
    ASSERT_EQ(ended.code, 0) << file << "\n" << ended.text;
    const auto config = config::load({file.string()});
    const auto prunable = config.model.name == "bert" ? kBertWeights : kClipWeights;
    EXPECT_NE(after(ended.text, {"data   " + config.data.name, "prunable",
                                 std::to_string(keep_count(config.prune.sparsity, prunable))}),
              std::string::npos)
        << ended.text;
    EXPECT_NE(after(ended.text, {std::to_string(prunable) + " of them prunable",
                                 "official sizes of " + config.data.name}),
              std::string::npos)
        << ended.text;
  }
}

TEST(DryRun, SaysWhereTheBudgetOfTheTableMakesItRaiseTheRate) {
  const auto ended = test::stockpot(
      "run " + (fs::path(STOCKPOT_SOURCE_DIR) / "configs/tasks/qqp.ini").string() + " --dry-run");
  EXPECT_NE(after(ended.text, {"note", "22 rounds"}), std::string::npos) << ended.text;
}

TEST(DryRun, ReadsTheDataThatIsNamed) {
  const test::Images images;
  const auto ended = test::stockpot("run --dry-run " + images.settings("run"));
  EXPECT_EQ(ended.code, 0) << ended.text;
  EXPECT_NE(ended.text.find("180 training, 20 validation, 600 test"), std::string::npos)
      << ended.text;
  EXPECT_EQ(test::stockpot("run --dry-run --data.name=mnist --data.dir=" +
                           (images.folder / "nowhere").string())
                .code,
            65);
}
