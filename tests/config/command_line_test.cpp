// SPDX-License-Identifier: Apache-2.0
#include "config/command_line.hpp"

#include <gtest/gtest.h>

#include "config/help.hpp"
#include "config/run_config.hpp"
#include "core/error.hpp"

using namespace stockpot;
using namespace stockpot::config;

namespace {

const std::vector<Flag> kFlags = {{"run-dir", "DIR", "folder of this run"},
                                  {"check", "", "find all errors, start nothing"},
                                  {"dry-run", "", "print the plan"},
                                  {"force", "", "start anew"}};
const std::vector<std::string> kKeys = {"seed", "isp.denoisers", "isp.rate", "prune.score"};

std::string usage_error(const std::vector<std::string>& words,
                        const std::vector<std::string>& setting_keys = kKeys) {
  try {
    parse_command_line(words, kFlags, setting_keys);
  } catch (const UsageError& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
    return error.what();
  }
  return "no complaint";
}

}  // namespace

TEST(CommandLine, SortsFlagsSettingsAndFilesInAnyOrder) {
  const auto line = parse_command_line(
      {"--check", "a.ini", "--isp.denoisers", "5", "--run-dir", "out", "b.ini", "--isp.rate=0.1"},
      kFlags, kKeys);
  EXPECT_EQ(line.files, (std::vector<std::string>{"a.ini", "b.ini"}));
  EXPECT_TRUE(line.has("check"));
  EXPECT_FALSE(line.has("force"));
  EXPECT_EQ(line.value("run-dir"), "out");
  EXPECT_EQ(line.value("force"), std::nullopt);
  ASSERT_EQ(line.settings.size(), 2u);
  EXPECT_EQ(line.settings[0].key, "isp.denoisers");
  EXPECT_EQ(line.settings[0].value, "5");
  EXPECT_EQ(line.settings[1].value, "0.1");
}

TEST(CommandLine, TakesNegativeAndEmptyValues) {
  const auto line =
      parse_command_line({"--isp.rate", "-1", "--prune.score=", "--seed=a=b"}, kFlags, kKeys);
  ASSERT_EQ(line.settings.size(), 3u);
  EXPECT_EQ(line.settings[0].value, "-1");
  EXPECT_EQ(line.settings[1].value, "");
  EXPECT_EQ(line.settings[2].value, "a=b");
}

TEST(CommandLine, LeavesAnUnknownSettingWithItsValueToLoad) {
  const auto line = parse_command_line({"--isp.denoiser", "5", "a.ini"}, kFlags, kKeys);
  ASSERT_EQ(line.settings.size(), 1u);
  EXPECT_EQ(line.settings[0].key, "isp.denoiser");
  EXPECT_EQ(line.settings[0].value, "5");
  EXPECT_EQ(line.files, std::vector<std::string>{"a.ini"});
}

TEST(CommandLine, RefusesAnUnknownFlagWithTheNearest) {
  EXPECT_EQ(usage_error({"--chekc"}),
            "--chekc is not a flag of this command; did you mean --check?");
  EXPECT_EQ(usage_error({"--dry"}), "--dry is not a flag of this command; see --help");
  EXPECT_EQ(usage_error({"--denoisers=4"}),
            "--denoisers is not a flag of this command; did you mean --isp.denoisers?");
  EXPECT_EQ(usage_error({"-x"}), "-x is not a flag of this command; see --help");
  EXPECT_EQ(usage_error({"--isp.rate=0.1"}, {}),
            "--isp.rate is not a flag of this command; see --help");
}

TEST(CommandLine, ALaterFlagOrSettingWins) {
  const auto line = parse_command_line(
      {"--seed=1", "--run-dir", "a", "--check", "--seed=2", "--run-dir=b", "--check"}, kFlags,
      kKeys);
  ASSERT_EQ(line.settings.size(), 1u);
  EXPECT_EQ(line.settings[0].value, "2");
  EXPECT_EQ(line.value("run-dir"), "b");
  EXPECT_TRUE(line.has("check"));
}

TEST(CommandLine, EveryCommandUnderstandsTheCommonFlags) {
  EXPECT_TRUE(parse_command_line({"-h"}, {}).has("help"));
  EXPECT_TRUE(parse_command_line({"--help-all"}, {}).has("help-all"));
  EXPECT_TRUE(parse_command_line({"-V"}, kFlags).has("version"));
  EXPECT_TRUE(parse_command_line({"--version"}, {}).has("version"));
  EXPECT_NE(help_text("stockpot inspect", {}, {}, false).find("--version"), std::string::npos);
}

TEST(CommandLine, RefusesMissingAndSuperfluousValues) {
  EXPECT_EQ(usage_error({"--run-dir"}),
            "the required argument for option '--run-dir' is missing; see --help");
  EXPECT_EQ(usage_error({"--run-dir", "--check"}), "--run-dir needs a value (--check follows it)");
  EXPECT_EQ(usage_error({"--check=yes"}),
            "option '--check' does not take any arguments; see --help");
}

TEST(Help, ShowsBasicSettingsAndOnRequestAll) {
  RunConfig defaults;
  const std::string basic = help_text("stockpot run CONFIG...", kFlags, settings(defaults), false);
  const std::string all = help_text("stockpot run CONFIG...", kFlags, settings(defaults), true);
  EXPECT_NE(basic.find("  --run-dir DIR                       folder of this run\n"),
            std::string::npos)
      << basic;
  EXPECT_NE(basic.find("  --isp.rate=0.15                     s: fraction of the remaining weights "
                       "removed per round (in (0,1))\n"),
            std::string::npos)
      << basic;
  EXPECT_EQ(basic.find("train.eps"), std::string::npos);
  EXPECT_NE(all.find("--train.eps=1e-08 "), std::string::npos) << all;
  for (const Setting& setting : settings(defaults))
    EXPECT_NE(all.find("--" + setting.key + "="), std::string::npos) << setting.key;
}
