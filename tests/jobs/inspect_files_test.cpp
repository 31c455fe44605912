// SPDX-License-Identifier: Apache-2.0
// Every file that the program writes is one that `inspect` knows.
#include <gtest/gtest.h>

#include "jobs/program.hpp"

using namespace stockpot;
using test::expect_exit;
using test::Images;

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
