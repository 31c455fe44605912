// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "jobs/content.hpp"
#include "jobs/program.hpp"
#include "support/trials.hpp"

namespace stockpot::test {

/// What a run leaves that equal runs have equal.
struct Left {
  explicit Left(const std::filesystem::path& folder)
      : result(content_of(folder / "result.h5")),
        weights(sha256_of(folder / "model.safetensors")),
        metrics(read_text(folder / "metrics.jsonl")) {}
  std::string result, weights, metrics;
};

/// 200 training images, the same for all tests of a program, so that one undisturbed run is what
/// all are compared with.
inline const Images& images() {
  static const Images made;
  return made;
}

/// What a run on them leaves that nobody disturbs, on so many ranks (0: without a launcher).
inline Left run_undisturbed(const std::string& settings, int ranks) {
  expect_exit(stockpot("run " + images().settings("undisturbed", settings), ranks), 0, "result ");
  return Left(images().folder / "undisturbed");
}

/// The first line in which two texts differ; empty: they are equal.
inline std::string difference(const std::string& a, const std::string& b) {
  std::istringstream lines_a(a), lines_b(b);
  std::string line_a, line_b;
  while (true) {
    const bool more_a = static_cast<bool>(std::getline(lines_a, line_a)),
               more_b = static_cast<bool>(std::getline(lines_b, line_b));
    if (!more_a && !more_b) return "";
    if (more_a != more_b || line_a != line_b)
      return (more_a ? line_a : "the end") + "\n" + (more_b ? line_b : "the end");
  }
}

/// Metrics without the rank on which a denoiser ran, which is of the execution.
inline std::string without_ranks(const std::string& metrics) {
  return std::regex_replace(metrics, std::regex("\"rank\":[0-9]+,"), "");
}

enum class Ranks { same, other };

inline void expect_equal(const Left& a, const Left& b, const std::string& what,
                         Ranks ranks = Ranks::same) {
  EXPECT_EQ(difference(a.result, b.result), "") << what;
  EXPECT_EQ(a.weights, b.weights) << what;
  if (ranks == Ranks::same)
    EXPECT_EQ(difference(a.metrics, b.metrics), "") << what;
  else
    EXPECT_EQ(difference(without_ranks(a.metrics), without_ranks(b.metrics)), "") << what;
}

/// Names in the folder of a complete run: nothing but its files.
inline void expect_no_litter(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  const std::vector<std::string> files{"config.ini", "metrics.jsonl", "model.safetensors",
                                       "result.h5"};
  EXPECT_EQ(names, files) << folder;
  static TrialCount count("G14", "what a run leaves in its folder after a fault and its mending");
  count.add(names == files);
}

}  // namespace stockpot::test
