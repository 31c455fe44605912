// SPDX-License-Identifier: Apache-2.0
// Replays the corpus: files whose names begin with good are read, all others are refused (crash_:
// findings of the fuzzer, either way).
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "fuzz/targets.hpp"

using namespace stockpot::test;
namespace fs = std::filesystem;

namespace {

const fs::path kCorpus = fs::path(STOCKPOT_SOURCE_DIR) / "tests/fuzz/corpus";

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Corpus : testing::TestWithParam<FuzzTarget> {};

}  // namespace

TEST_P(Corpus, GoodFilesAreReadAndDamagedOnesRefused) {
  const FuzzTarget& target = GetParam();
  int good = 0, damaged = 0;
  for (const auto& entry : fs::directory_iterator(kCorpus / target.name)) {
    const std::string name = entry.path().filename().string(), bytes = content(entry.path());
    const bool accepted = target.accepts(std::as_bytes(std::span(bytes)));
    if (name.starts_with("crash_")) continue;
    EXPECT_EQ(accepted, name.starts_with("good")) << entry.path();
    (name.starts_with("good") ? good : damaged) += 1;
  }
  EXPECT_GE(good, 1);
  EXPECT_GE(damaged, target.name == "tokenizers" ? 0 : 8);  // texts are never refused
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Corpus, testing::ValuesIn(fuzz_targets()),
                         [](const auto& target) { return target.param.name; });

TEST(Corpus, HasNoFolderWithoutATarget) {
  for (const auto& entry : fs::directory_iterator(kCorpus))
    EXPECT_TRUE(std::ranges::any_of(fuzz_targets(), [&](const FuzzTarget& target) {
      return target.name == entry.path().filename();
    })) << entry.path();
}
