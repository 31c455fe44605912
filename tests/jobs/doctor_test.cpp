// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "jobs/program.hpp"

using namespace stockpot;

TEST(DoctorData, EndsWith65WhereFilesAreNotTheOfficialOnes) {
  const test::Images images;
  const auto folder = images.folder.path().string();
  for (const auto& words : {folder, "--data.name=mnist --data.dir=" + folder}) {
    const auto ended = test::stockpot("doctor --data " + words);
    EXPECT_EQ(ended.code, 65) << ended.text;
    EXPECT_NE(ended.text.find("DIFFERS  train-images-idx3-ubyte"), std::string::npos) << ended.text;
    EXPECT_NE(ended.text.find("200 samples, 10 classes of 20 to 20"), std::string::npos)
        << ended.text;
  }
}

TEST(DoctorData, EndsWith0WhereAllIsThere) {
  if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist"))
    GTEST_SKIP() << "absent: Debian's dataset-fashion-mnist";
  const auto ended = test::stockpot("doctor --data --data.name=fashion_mnist");
  EXPECT_EQ(ended.code, 0) << ended.text;
  EXPECT_NE(ended.text.find("complete"), std::string::npos) << ended.text;
}

TEST(DoctorData, SaysWhereItLooksInVain) {
  const test::TempDir folder;
  EXPECT_EQ(test::stockpot("doctor --data " + folder.path().string()).code, 65);
  EXPECT_EQ(test::stockpot("doctor --data").code, 64);
  EXPECT_EQ(test::stockpot("doctor --data --data.name=mnist").code, 78);
  EXPECT_EQ(test::stockpot("doctor " + folder.path().string()).code, 64);
}
