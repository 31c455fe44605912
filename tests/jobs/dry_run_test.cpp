// SPDX-License-Identifier: Apache-2.0
// Every task's config makes a plan, without its data.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "config/command_line.hpp"
#include "config/load.hpp"
#include "core/sparsity.hpp"
#include "io/result_file.hpp"
#include "jobs/data_sets.hpp"
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

/// Templates for a user's own data have no official sizes.
bool is_template(const fs::path& file) {
  return file.stem() == "image_folder" || file.stem() == "tsv";
}

/// The number behind `words` in `text`; NaN if there is none.
double number_after(const std::string& text, const std::string& words) {
  const auto at = text.find(words);
  return at == std::string::npos ? NAN : std::strtod(text.c_str() + at + words.size(), nullptr);
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
  EXPECT_EQ(files.size(), 17U);
  for (const auto& file : files) {
    if (is_template(file)) continue;
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

TEST(DryRun, OfTheTemplatesForOwnDataNeedsTheirDataAndNoMore) {
  const test::TempDir folder;
  test::write_image_folder(folder / "pictures");
  test::write_cola(folder.path(), 40);
  std::string texts = "text\tlabel\n";
  for (int i = 0; i < 40; ++i) texts += i % 2 == 0 ? "yes yes\tgood\n" : "no\tbad\n";
  for (const char* name : {"texts/train.tsv", "texts/test.tsv"}) {
    fs::create_directories(folder / "texts");
    test::write_text(folder / name, texts);
  }
  const auto tasks = fs::path(STOCKPOT_SOURCE_DIR) / "configs/tasks";
  const auto plan = [&](const char* file, const std::string& more) {
    return test::stockpot("run --dry-run " + (tasks / file).string() + " --train.batch=4 " + more);
  };
  test::expect_exit(plan("image_folder.ini", "--data.dir=" + (folder / "pictures").string()), 0,
                    "15 training, 1 validation, 8 test");
  test::expect_exit(plan("tsv.ini", "--data.dir=" + (folder / "texts").string() +
                                        " --model.vocab=" + (folder / "vocab.txt").string()),
                    0, "36 training, 4 validation, 40 test");
  test::expect_exit(plan("tsv.ini", ""), 78, "data.dir");
}

TEST(DryRun, OfTextsReckonsWithTheirLengthsAsTheRunDoes) {
  const test::TempDir folder;
  test::write_cola(folder.path(), 60);
  const auto settings = "--data.name=cola --data.official=no --data.dir=" + folder.path().string() +
                        " --data.validation_size=0 --device=cpu --model.name=bert --model.config=" +
                        (folder / "config.json").string() +
                        " --model.vocab=" + (folder / "vocab.txt").string() +
                        " --train.epochs=2 --train.batch=5 --isp.round_steps=2 "
                        "--isp.look_ahead_steps=3 --isp.denoisers=2 --run-dir " +
                        (folder / "run").string();
  const auto plan = test::stockpot("run --dry-run " + settings);
  ASSERT_EQ(plan.code, 0) << plan.text;
  ASSERT_EQ(test::stockpot("run " + settings).code, 0);
  std::int64_t executed = 0;
  for (const auto& row : io::read_result(folder / "run/result.h5").cost)
    if (row.phase != "evaluate") executed += row.flops_executed;  // there is but the test
  EXPECT_NEAR(number_after(plan.text, "\nflops  ") / static_cast<double>(executed), 1, 0.01)
      << plan.text;
}

TEST(DryRun, OfTextsWithoutDataTakesTheLongestAndSaysHowFarThatIsFromTheTruth) {
  const auto cola = (fs::path(STOCKPOT_SOURCE_DIR) / "configs/tasks/cola.ini").string(),
             mnli = (fs::path(STOCKPOT_SOURCE_DIR) / "configs/tasks/mnli.ini").string();
  const auto flops = [](const std::string& words) {
    return number_after(test::stockpot("run --dry-run " + words).text, "\nflops  ");
  };
  EXPECT_NEAR(flops(cola) / flops(cola + " --data.max_length=64"), 2.0, 0.1);
  test::expect_exit(test::stockpot("run --dry-run " + cola), 0,
                    "data.max_length (128 tokens); real ones take 1");
  test::expect_exit(test::stockpot("run --dry-run " + mnli), 0, "real ones are shorter");
}

TEST(DryRun, CountsTheMemoryOfTheDataAndEscapesPaths) {
  const test::Images images;
  // 60,000 and 10,000 images of 784 bytes
  const auto official = test::stockpot("run --dry-run --data.name=mnist --run-dir 'a\nb'");
  test::expect_exit(official, 0, "at most 52.3 MiB for the data");
  EXPECT_TRUE(official.text.ends_with("folder a\\x0ab\n")) << official.text;
  // 800 of them with their labels and places
  test::expect_exit(test::stockpot("run --dry-run " + images.settings("run")), 0,
                    "their copies, 0.6 MiB for the data");
  // pictures smaller than what CLIP sees are kept small: 60,000 images of 32 x 32 x 3 bytes
  test::expect_exit(test::stockpot("run --dry-run --data.name=cifar10 --model.name=clip_vit_b_32"),
                    0, "at most 175.8 MiB for the data");
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
