// SPDX-License-Identifier: Apache-2.0
// What the program makes of the words that it is started with.
#include <gtest/gtest.h>

#include "jobs/program.hpp"

using namespace stockpot;
using test::expect_exit;
using test::Images;

TEST(Command, EveryoneUnderstandsHelpAndVersion) {
  for (const std::string name :
       {"", "run ", "predict ", "export ", "inspect ", "doctor ", "site ", "bench "}) {
    for (const char* flag : {"-h", "--help", "--help-all"})
      expect_exit(test::stockpot(name + flag), 0, "usage: ");
    for (const char* flag : {"-V", "--version"})
      expect_exit(test::stockpot(name + flag), 0, "stockpot 0.");
  }
}

TEST(Command, SuggestsTheNearestSubcommand) {
  expect_exit(test::stockpot("rum"), 64, "did you mean run?");
  expect_exit(test::stockpot("inspet"), 64, "did you mean inspect?");
  expect_exit(test::stockpot("zzzzzzz"), 64, "`stockpot --help` lists them");
}

TEST(Command, SaysThatThereIsNoSuchSection) {
  const auto ended = test::stockpot("run --quantum.bits=8");
  expect_exit(ended, 78, "there is no section [quantum], there are data, model, train, prune");
  EXPECT_EQ(ended.text.find("did you mean"), std::string::npos) << ended.text;
}

TEST(Command, TheLaterOfTwoSettingsHolds) {
  const Images images;
  expect_exit(test::stockpot("run --print-config " +
                             images.settings("a", "--isp.denoisers=3 --isp.denoisers=7")),
              0, "denoisers = 7\n");
}

TEST(Command, RunTakesARunFolderForItsSettingsAndPlace) {
  const Images images;
  ASSERT_EQ(test::stockpot("run " + images.settings("named")).code, 0);
  const auto folder = (images.folder / "named").string();
  expect_exit(test::stockpot("run " + folder), 0, "already complete: " + folder);
  EXPECT_EQ(test::stockpot("run " + folder + " --print-config").text,
            test::read_text(images.folder / "named" / "config.ini"));
  const auto other = test::stockpot("run --dry-run " + folder + " --seed=4");
  EXPECT_EQ(other.text.find("folder " + folder), std::string::npos) << other.text;
  expect_exit(test::stockpot("run " + images.folder.path().string()), 78, "config.ini");
}

TEST(Command, NoByteOfAnArgumentReachesTheTerminalAsAControlCharacter) {
  const auto ended = test::stockpot("inspect \"$(printf '\\033[31m\\377name')\"");
  EXPECT_NE(ended.code, 0);
  EXPECT_EQ(ended.text.find('\033'), std::string::npos) << ended.text;
  EXPECT_NE(ended.text.find("\\x1b[31m\\xffname"), std::string::npos) << ended.text;
}

TEST(Command, RunSaysWhereItGoesFirstAndWhereItsFilesLieLast) {
  const Images images;
  const auto folder = (images.folder / "a").string();
  const auto run = std::string(STOCKPOT_PROGRAM) + " run " + images.settings("a");
  const std::string on_two = std::string(STOCKPOT_MPIEXEC) + " -np 2 ";
  for (const auto& launcher : {std::string(), on_two}) {
    const auto heard = test::shell("(" + launcher + run + " --force 2>/dev/null)");
    EXPECT_TRUE(heard.text.ends_with("\nfolder " + folder + "\n")) << heard.text;
    const auto told = test::shell("(" + launcher + run + " --force 2>&1 >/dev/null)");
    EXPECT_NE(told.text.find(folder + ": isp on "), std::string::npos) << told.text;
    EXPECT_NE(told.text.find(" steps of the main network"), std::string::npos) << told.text;
  }
  const auto again = test::shell("(" + run + " 2>/dev/null)");
  EXPECT_TRUE(again.text.ends_with("folder " + folder + "\n")) << again.text;
}

TEST(Command, OnATerminalTheBarIsNotGluedToTheResult) {
  const Images images;
  const auto ended = test::shell("python3 -c 'import pty,sys; pty.spawn(sys.argv[1:])' " +
                                 std::string(STOCKPOT_PROGRAM) + " run " + images.settings("a"));
  EXPECT_EQ(ended.text.find("\033[KISP"), std::string::npos) << ended.text;
  EXPECT_NE(ended.text.find("\nisp on mnist: test "), std::string::npos) << ended.text;
  EXPECT_NE(ended.text.find(" ms/step"), std::string::npos) << ended.text;
}
