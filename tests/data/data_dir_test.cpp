// SPDX-License-Identifier: Apache-2.0
// Where the official files may lie below data.dir, and what is said of a data.dir that is none.
#include <unistd.h>

#include <algorithm>
#include <limits>

#include "data/image/cifar.hpp"
#include "data/load.hpp"
#include "files.hpp"
#include "support/temp_dir.hpp"
#include "support/under_asan.hpp"

using namespace stockpot;
using namespace stockpot::data;
using namespace stockpot::test;

TEST(DataDir, MayHoldCifarInTheFolderOfItsArchive) {
  const TempDir folder;
  const auto ten = folder / "cifar-10-batches-bin", hundred = folder / "cifar-100-binary";
  std::filesystem::create_directories(ten);
  std::filesystem::create_directories(hundred);
  for (int i = 1; i <= 5; ++i)
    write_bytes(ten / ("data_batch_" + std::to_string(i) + ".bin"), ByteList(3073, 1));
  write_bytes(ten / "test_batch.bin", ByteList(2 * 3073, 1));
  write_bytes(hundred / "train.bin", ByteList(3 * 3074, 1));
  write_bytes(hundred / "test.bin", ByteList(3074, 1));
  const Splits of_ten = load(config_of("cifar10", folder.path()), 1);
  EXPECT_EQ(of_ten.train.size(), 4);
  EXPECT_EQ(of_ten.test.size(), 2);
  EXPECT_EQ(load(config_of("cifar100", folder.path()), 1).train.size(), 2);
  // one that lies in data.dir itself goes first
  write_bytes(folder / "test_batch.bin", ByteList(5 * 3073, 1));
  EXPECT_EQ(load(config_of("cifar10", folder.path()), 1).test.size(), 5);
}

TEST(DataDir, ThatIsAFileOrALoopOfLinksIsSaidToBeOne) {
  const TempDir folder;
  write_bytes(folder / "file", {1});
  std::filesystem::create_symlink("loop", folder / "loop");
  for (const char* name : {"mnist", "cifar10", "svhn", "gtsrb", "cars", "image_folder"}) {
    expect_error<DataError>([&] { load(config_of(name, folder / "file"), 1); },
                            {"file: is no folder", "data.dir"});
    expect_error<IoError>([&] { load(config_of(name, folder / "loop"), 1); },
                          {"loop", "Too many levels of symbolic links"});
    expect_error<DataError>([&] { load(config_of(name, folder / "absent"), 1); },
                            {"absent", "no such file"});
  }
}

TEST(DataDir, ThatMayNotBeEnteredIsSaidToBeForbidden) {
  if (::geteuid() == 0) GTEST_SKIP() << "nothing is forbidden to root";
  const TempDir folder;
  std::filesystem::create_directory(folder / "closed");
  std::filesystem::permissions(folder / "closed", std::filesystem::perms::none);
  expect_error<IoError>([&] { load(config_of("mnist", folder / "closed"), 1); },
                        {"closed", "Permission denied"});
}

TEST(Bytes, HaveOnlyTheRoomOfTheBlockThatWasMovedIn) {
  Bytes bytes(10);
  bytes.resize(100'000);
  bytes = Bytes(4);
  bytes.resize(90'000);  // the address sanitizer sees a byte beyond the block
  std::ranges::fill(bytes.span(), std::uint8_t{7});
  EXPECT_EQ(bytes.data()[89'999], 7);
}

TEST(Bytes, SayHowMuchMemoryIsMissing) {
  if (kUnderAsan) GTEST_SKIP() << "the sanitizer ends the process at such a request";
  Bytes bytes(10);
  expect_error<IoError>([&] { bytes.resize(std::numeric_limits<std::size_t>::max() / 2); },
                        {"no memory for 8796093022208.0 MiB of data", "Cannot allocate memory"});
  EXPECT_EQ(bytes.size(), 10U);
}
