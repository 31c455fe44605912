// SPDX-License-Identifier: Apache-2.0
#include "data/official_check.hpp"

#include <algorithm>

#include "data/image/decode.hpp"
#include "data/image/gtsrb.hpp"
#include "data/input_rows.hpp"
#include "data/load.hpp"
#include "files.hpp"
#include "io/files.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using namespace stockpot::data;
using namespace stockpot::test;

namespace {

/// `records` of CIFAR-100's binary version.
ByteList cifar100_bytes(int records) {
  ByteList bytes;
  for (int i = 0; i < records; ++i) {
    bytes.insert(bytes.end(),
                 {static_cast<std::uint8_t>(i % 20), static_cast<std::uint8_t>(i % 100)});
    for (int p = 0; p < 3072; ++p) bytes.push_back(static_cast<std::uint8_t>(i + p));
  }
  return bytes;
}

config::DataConfig cifar100_in(const std::filesystem::path& folder) {
  config::DataConfig config;
  config.name = "cifar100";
  config.dir = folder.string();
  return config;
}

io::InputDigests fresh() { return io::InputDigests(io::DigestCache(""), true); }

/// Rows of the data that `config` loads.
std::vector<io::InputRow> rows_of(const config::DataConfig& config, std::uint64_t seed = 1) {
  auto digests = fresh();
  load(config, seed, {}, {}, {}, &digests);
  return input_rows("data", digests, config.dir, find_official_set(config.name));
}

/// Three classes of two pictures in each of train/ and test/.
void write_pictures(const std::filesystem::path& folder) {
  for (const char* name : {"train/a", "train/b", "train/c", "test/a", "test/b", "test/c"}) {
    std::filesystem::create_directories(folder / name);
    for (const char* file : {"1.ppm", "2.ppm", "3.ppm", "4.ppm"})
      write_text(folder / name / file, "P6\n1 1\n255\n" + std::string({name[6], file[0], name[1]}));
  }
}

}  // namespace

TEST(OfficialCheck, RefusesOtherCountsAndSizesAllAtOnce) {
  const TempDir folder;
  write_bytes(folder / "train.bin", cifar100_bytes(40));
  write_bytes(folder / "test.bin", cifar100_bytes(10));
  auto config = cifar100_in(folder.path());
  auto digests = fresh();
  expect_error<DataError>([&] { load(config, 1, {}, {}, {}, &digests); },
                          {"not the official cifar100", "training set: 40 samples", "has 50000",
                           "test set: 10 samples", "train.bin: holds 122960 bytes", "153700000",
                           "test.bin: holds 30740 bytes", "data.official=no"});
  expect_error<DataError>([&] { load(config, 1, {}, {}, Wanted::only("test")); },
                          {"test set: 10 samples"});
  config.official = "no";
  EXPECT_EQ(load(config, 1, {}, {}, {}, &digests).unofficial.size(), 4U);
}

TEST(OfficialCheck, ComparesTheSumOfWhatIsUnpacked) {
  const OfficialFile official{{"x"}, 3, "900150983cd24fb0d6963f7d28e17f72"};  // of abc
  const TempDir folder;
  auto digests = fresh();
  write_bytes(folder / "plain", {'a', 'b', 'c'});
  write_bytes(folder / "packed.gz", gzipped({'a', 'b', 'c'}));
  write_bytes(folder / "other", {'a', 'b', 'd'});
  for (const char* name : {"plain", "packed.gz", "other"})
    read_file_or_gzip(folder / name, kLargestInput, &digests);
  EXPECT_EQ(difference(official, digests.all()[0].content), "");
  EXPECT_EQ(difference(official, digests.all()[1].content), "");
  EXPECT_NE(difference(official, digests.all()[2].content).find("MD5 "), std::string::npos);
  EXPECT_EQ(difference({{"x"}, 4}, digests.all()[0].content), "holds 3 bytes, the official file 4");
}

TEST(OfficialCheck, KnowsNothingOfOwnData) {
  const TempDir folder;
  write_pictures(folder.path());
  config::DataConfig config;
  config.name = "image_folder";
  config.dir = folder.path().string();
  EXPECT_TRUE(load(config, 1).unofficial.empty());
}

TEST(InputRows, HaveTheOfficialNamesWhereverTheFilesLie) {
  const TempDir folder;
  std::filesystem::create_directories(folder / "here");
  std::filesystem::create_directories(folder / "there/cifar-100-binary");
  for (const char* place : {"here", "there/cifar-100-binary"}) {
    write_bytes(folder / place / "train.bin", cifar100_bytes(40));
    write_bytes(folder / place / "test.bin", cifar100_bytes(10));
  }
  auto here = cifar100_in(folder / "here"), there = cifar100_in(folder / "there");
  here.official = there.official = "no";
  const auto rows = rows_of(here);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].file, "test.bin");
  EXPECT_EQ(rows[1].bytes, 40 * 3074);
  EXPECT_EQ(rows, rows_of(there));
}

TEST(InputRows, OfAFolderDoNotDependOnHowItIsSplit) {
  const TempDir folder;
  write_pictures(folder.path());
  config::DataConfig config;
  config.name = "image_folder";
  config.dir = folder.path().string();
  config.validation_size = 3;
  const auto rows = rows_of(config, 1);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].file, "test");
  EXPECT_EQ(rows[1].file, "train");
  EXPECT_EQ(rows[1].bytes, 12 * 14);
  EXPECT_EQ(rows, rows_of(config, 2));
  config.validation_size = 7;
  EXPECT_EQ(rows, rows_of(config, 2));
  write_text(folder / "train/b/3.ppm", "P6\n1 1\n255\nxyz");
  const auto changed = rows_of(config, 2);
  EXPECT_EQ(changed[0], rows[0]);
  EXPECT_NE(changed[1].sha256, rows[1].sha256);
  std::filesystem::rename(folder / "train/b/3.ppm", folder / "train/b/5.ppm");
  EXPECT_NE(rows_of(config, 2)[1].sha256, changed[1].sha256);
}
