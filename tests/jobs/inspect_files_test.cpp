// SPDX-License-Identifier: Apache-2.0
// Every file that the program writes is one that `inspect` knows.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>
#include <sstream>

#include "io/result_file.hpp"
#include "jobs/data_sets.hpp"
#include "jobs/program.hpp"

using namespace stockpot;
using test::expect_exit;
using test::Images;

namespace {

/// The count in each row of a table that `inspect` prints, its last number but one, by the name of
/// the tensor.
std::map<std::string, std::int64_t> counts_in(const std::string& text) {
  std::map<std::string, std::int64_t> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream all(line);
    const std::vector<std::string> words{std::istream_iterator<std::string>(all), {}};
    if (words.size() > 3 && line.starts_with("  ") &&
        std::ranges::all_of(words.rbegin()[1],
                            [](unsigned char c) { return std::isdigit(c) != 0; }))
      rows[words[0]] = std::stoll(words.rbegin()[1]);
  }
  return rows;
}

std::int64_t bits_of(const io::PackedMask& mask) { return io::count_kept(mask.bits); }

std::int64_t size_of(const io::PackedMask& mask) {
  std::int64_t size = 1;
  for (const auto dimension : mask.shape) size *= dimension;
  return size;
}

}  // namespace

TEST(InspectFiles, KnowsEveryFileOfARunAndOfItsExports) {
  const Images images;
  ASSERT_EQ(test::stockpot("run " + images.settings("run")).code, 0);
  const auto path = [&](const char* name) { return (images.folder / name).string(); };
  const auto run = path("run");
  const auto inspected = [](const std::string& what) { return test::stockpot("inspect " + what); };
  for (const char* format : {"masks", "sparse"})
    ASSERT_EQ(
        test::stockpot("export " + run + " --format " + format + " --to " + path(format)).code, 0);
  ASSERT_EQ(test::stockpot("predict " + run + " --out " + path("p.h5")).code, 0);

  const auto whole = inspected(run);
  expect_exit(whole, 0, "config.ini: settings of a run");
  expect_exit(whole, 0, "metrics.jsonl: metrics of a run");
  expect_exit(whole, 0, "result.h5: result of a run");
  expect_exit(whole, 0, "model.safetensors: ");
  const auto begin = whole.text.find("\n  kept "), end = whole.text.find(" (sparsity", begin);
  const auto kept = whole.text.substr(begin, end - begin);  // kept N of P prunable weights ...
  for (const char* format : {"masks", "sparse"}) expect_exit(inspected(path(format)), 0, kept);
  expect_exit(inspected(path("p.h5")), 0, "predictions for 600 samples");
  for (const auto& file : std::filesystem::directory_iterator(run))
    if (file.path().filename().string().front() != '.')
      expect_exit(inspected(file.path().string()), 0, file.path().string());
}

TEST(InspectFiles, CountInMasksAndSparseWeightsWhatTheRunKept) {
  const Images images;
  const auto run = (images.folder / "run").string();
  ASSERT_EQ(test::stockpot("run " + images.settings("run")).code, 0);
  const auto result = io::read_result(run + "/result.h5");
  ASSERT_FALSE(result.masks.empty());
  for (const std::string format : {"masks", "sparse"}) {
    const auto to = (images.folder / format).string();
    ASSERT_EQ(test::stockpot("export " + run + " --format " + format + " --to " + to).code, 0);
    const auto said = test::stockpot("inspect " + to);
    expect_exit(said, 0,
                fmt::format("kept {} of {} prunable weights by the bits of the masks", result.kept,
                            result.prunable));
    auto rows = counts_in(said.text);
    for (const auto& mask : result.masks)
      EXPECT_EQ(rows[mask.name], bits_of(mask)) << mask.name << "\n" << said.text;
  }
}

TEST(InspectFiles, CountInAHuggingFaceFolderTheZerosOfTheRun) {
  const test::TempDir folder;
  test::write_cola(folder.path(), 40);
  const auto path = [&](const char* name) { return (folder / name).string(); };
  const auto trained = test::stockpot(
      "run --data.name=cola --data.official=no --data.dir=" + folder.path().string() +
      " --model.name=bert --model.config=" + path("config.json") +
      " --model.vocab=" + path("vocab.txt") +
      " --device=cpu --prune.method=one_shot --prune.sparsity=0.5 --train.steps=4 "
      "--train.batch=8 --run-dir " +
      path("run"));
  ASSERT_EQ(trained.code, 0) << trained.text;
  const auto exported = test::stockpot("export " + path("run") + " --format hf --to " + path("hf"));
  ASSERT_EQ(exported.code, 0) << exported.text;
  const auto of_run = test::stockpot("inspect " + path("run/model.safetensors")),
             of_hf = test::stockpot("inspect " + path("hf"));
  ASSERT_EQ(of_hf.code, 0) << of_hf.text;
  const auto total = [](const std::string& text) {
    const auto at = text.rfind(" zeros of ");
    return text.substr(text.rfind('\n', at));
  };
  EXPECT_EQ(total(of_hf.text), total(of_run.text));
  auto rows = counts_in(of_hf.text);
  const auto result = io::read_result(path("run/result.h5"));
  ASSERT_FALSE(result.masks.empty());
  for (const auto& mask : result.masks)  // what is kept is nowhere 0 after a step
    EXPECT_EQ(rows[mask.name], size_of(mask) - bits_of(mask)) << mask.name << "\n" << of_hf.text;
}
