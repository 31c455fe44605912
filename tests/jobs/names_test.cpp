// SPDX-License-Identifier: Apache-2.0
// Names of files may hold any byte, and be longer than the system takes.
#include <gtest/gtest.h>

#include "jobs/program.hpp"

using namespace stockpot;
using test::expect_exit;

TEST(Names, NoByteOfANameOrVariableReachesStdoutAsAControlCharacter) {
  const test::TempDir folder;
  const auto strange = folder / "a\033[31m\nb";
  std::filesystem::create_directories(strange);
  test::write_idx(strange, "train", 20);
  const auto said = test::stockpot("doctor --data '" + strange.string() + "'");
  EXPECT_EQ(said.text.find('\033'), std::string::npos) << said.text;
  EXPECT_NE(said.text.find("a\\x1b[31m\\x0ab"), std::string::npos) << said.text;
  const auto doctor = test::shell("SLURM_JOB_PARTITION=\"$(printf '\\033[2J')\" " +
                                  std::string(STOCKPOT_PROGRAM) + " doctor");
  expect_exit(doctor, 0, "\\x1b[2J");
  EXPECT_EQ(doctor.text.find('\033'), std::string::npos) << doctor.text;
}

TEST(Names, OnesThatAreTooLongAreRefusedAsSuch) {
  const std::string name(300, 'a');
  for (const std::string words : {"predict --out p.h5 ", "doctor --data ", "inspect "}) {
    const auto said = test::stockpot(words + name);
    EXPECT_NE(said.text.find("(File name too long)"), std::string::npos) << said.text;
    EXPECT_EQ(said.text.find("filesystem error"), std::string::npos) << said.text;
  }
}
