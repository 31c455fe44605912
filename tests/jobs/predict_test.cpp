// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <span>

#include "io/result_file.hpp"
#include "jobs/hdf5_column.hpp"
#include "jobs/program.hpp"

using namespace stockpot;
using test::Images;
using test::read_column;

TEST(Predict, WritesTheSameRowsOnOneAndThreeRanksAndTheyAreThoseOfTheResult) {
  const Images images;
  const auto run = (images.folder / "run").string(), one = (images.folder / "one.h5").string(),
             three = (images.folder / "three.h5").string();
  ASSERT_EQ(test::stockpot("run " + images.settings("run")).code, 0);
  for (const auto& [out, ranks] : {std::pair(one, 0), std::pair(three, 3)}) {
    const auto ended = test::stockpot("predict " + run + " --save-inputs --out " + out, ranks);
    ASSERT_EQ(ended.code, 0) << ended.text;
  }
  EXPECT_EQ(test::read_text(one), test::read_text(three));

  const auto index = read_column<std::int64_t>(one, "index"),
             label = read_column<std::int64_t>(one, "label");
  const auto logits = read_column<float>(one, "logits");
  ASSERT_EQ(logits.size(), 6000U);
  EXPECT_EQ(read_column<float>(one, "features").size(), 600U * 16U);
  EXPECT_EQ(read_column<float>(one, "pixels").size(), 600U * 28U * 28U);
  std::int64_t right = 0;
  for (std::int64_t i = 0; i < 600; ++i) {
    ASSERT_EQ(index[static_cast<std::size_t>(i)], i);
    ASSERT_EQ(label[static_cast<std::size_t>(i)], i % 10);
    const auto row = std::span(logits).subspan(static_cast<std::size_t>(10 * i), 10);
    right += std::ranges::max_element(row) - row.begin() == i % 10;
  }
  EXPECT_DOUBLE_EQ(io::read_result(run + "/result.h5").test, static_cast<double>(right) / 600);
}

TEST(Predict, NeedsNoMoreSamplesThanItReads) {
  const Images images;
  const auto out = (images.folder / "x.h5").string();
  // the batch of training, 128, is larger than the 10 samples
  const auto settings =
      "predict --data.name=mnist --data.official=no --data.dir=" + images.folder.path().string() +
      " --device=cpu --data.train_size=10 --out " + out;
  EXPECT_EQ(test::stockpot("run --data.name=mnist --data.train_size=10").code, 78);
  for (const auto& [split, samples] : {std::pair("train", 10U), std::pair("test", 600U)}) {
    const auto ended = test::stockpot(settings + " --split " + split);
    ASSERT_EQ(ended.code, 0) << ended.text;
    EXPECT_EQ(read_column<std::int64_t>(out, "index").size(), samples);
  }
  std::filesystem::remove(images.folder / "train-images-idx3-ubyte");
  EXPECT_EQ(test::stockpot(settings).code, 0);
  test::expect_exit(test::stockpot(settings + " --model.width=10"), 78, "model.heads");
}

TEST(Predict, RefusesWhatIsNoRunAndSplitsThatAreNone) {
  const Images images;
  const auto folder = images.folder.path().string();
  EXPECT_EQ(test::stockpot("predict " + folder + " --out " + folder + "/x.h5").code, 65);
  EXPECT_EQ(test::stockpot("predict --data.name=mnist --data.dir=" + folder).code, 64);
  const auto plain = "predict --data.name=mnist --data.official=no --data.dir=" + folder;
  EXPECT_EQ(test::stockpot(plain + " --split half --out " + folder + "/x.h5").code, 64);
  EXPECT_EQ(test::stockpot(plain + " --split submission --out " + folder + "/x.h5").code, 78);
  EXPECT_EQ(test::stockpot(plain + " --out " + folder + "/nowhere/x.h5").code, 74);
  EXPECT_FALSE(std::filesystem::exists(images.folder / "x.h5"));
}
