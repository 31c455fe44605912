// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "bad_configs.hpp"
#include "core/sparsity.hpp"
#include "files.hpp"

using namespace stockpot;
using namespace stockpot::test;

namespace {

/// What load() says of `ini` and `words`, with the folder of the test left out.
std::string complaint(const std::string& ini,
                      const std::vector<std::string>& words = {"--data.dir=d"}) {
  const TempDir dir;
  try {
    configure({write(dir, "a.ini", ini)}, words);
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::bad_configuration);
    std::string text = error.what();
    const std::string folder = dir.path().string() + "/";
    for (std::size_t at; (at = text.find(folder)) != std::string::npos;)
      text.erase(at, folder.size());
    return text;
  }
  return "no complaint";
}

}  // namespace

TEST(BadConfig, GetsTheMessageThatNamesPlaceReasonAndRemedy) {
  for (const auto& [ini, words, message] : bad_configs()) {
    auto all_words = words;
    all_words.push_back("--data.dir=d");
    EXPECT_EQ(complaint(ini, all_words), message) << ini;
  }
}

TEST(BadConfig, GetsAllItsProblemsInOneError) {
  EXPECT_EQ(
      complaint("nmae = x\n[isp]\nrate = 2\n[model]\nheads = 7\n", {"--isp.unio=votes"}),
      "4 settings are wrong:\n"
      "  a.ini:1: nmae is not a setting; did you mean name?\n"
      "  a.ini:3: isp.rate 2 is not in (0,1) (s: fraction of the remaining weights removed per "
      "round); did you mean 0.02?\n"
      "  --isp.unio is not a setting; did you mean --isp.union?\n"
      "  model.width 64 is not a multiple of model.heads 7 (each head has width / heads columns)");
}

TEST(BadConfig, IsAFileThatIsAbsentOrAFolder) {
  const TempDir dir;
  const std::string absent = (dir / "absent.ini").string(), folder = dir.path().string();
  try {
    configure({absent, folder}, {"--data.dir=d"});
    ADD_FAILURE();
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.what(), "2 settings are wrong:\n  " + absent +
                                ": cannot be read (No such file or directory)\n  " + folder +
                                ": cannot be read (Is a directory)");
  }
}

TEST(BadConfig, GetsTheSameGuessOfASparsityAsTheCountItself) {
  try {
    check_sparsity("prune.sparsity", 70);
    ADD_FAILURE();
  } catch (const ConfigError& error) {
    const auto guess = [](const std::string& text) { return text.substr(text.find(';')); };
    EXPECT_EQ(guess(complaint("[prune]\nsparsity = 70\n")), guess(error.what()));
  }
}

TEST(BadConfig, OfManyProblemsNamesTheFirstTwenty) {
  std::string ini;
  for (int i = 0; i < 25; ++i) ini += fmt::format("k{} = 1\n", i);
  const auto text = complaint(ini);
  EXPECT_TRUE(text.starts_with("25 settings are wrong; the first 20 are\n  a.ini:1: k0 is not"))
      << text;
  EXPECT_NE(text.find("a.ini:20: "), std::string::npos);
  EXPECT_EQ(text.find("a.ini:21: "), std::string::npos);
}

TEST(BadConfig, ThatIsNoTextIsSaidToBeNone) {
  EXPECT_EQ(complaint(std::string("\x01\0\x02\nx\ny\n", 8)),
            "a.ini:1: a byte 0 (this is no text, so no file of settings)");
}
