// SPDX-License-Identifier: Apache-2.0
#include "io/shared_memory.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>

using namespace stockpot;
using io::SharedMemory;

namespace {

SharedMemory block_of(std::size_t size) {
  auto memory = SharedMemory::create();
  memory.resize(size);
  for (std::size_t i = 0; i < size; ++i) memory.data()[i] = static_cast<std::uint8_t>(i * 7);
  return memory;
}

}  // namespace

TEST(SharedMemory, ShowsItsSealedBytesToWhoHasTheAddress) {
  auto memory = block_of(100'000);
  memory.seal();
  const auto seen = SharedMemory::open(memory.address());
  ASSERT_EQ(seen.size(), memory.size());
  EXPECT_NE(seen.data(), memory.data());
  EXPECT_TRUE(std::equal(seen.data(), seen.data() + seen.size(), memory.data()));
  EXPECT_EQ(seen.data()[99'999], static_cast<std::uint8_t>(99'999 * 7));
}

TEST(SharedMemory, KeepsWhatIsThereWhenItGrowsAndStaysAfterItsMakerIsGone) {
  auto memory = block_of(3);
  for (const std::size_t size : {5'000U, 5'001U, 9'000'000U, 4'000U}) memory.resize(size);
  EXPECT_EQ(memory.data()[2], 14);
  EXPECT_EQ(memory.data()[3'999], 0);
  memory.seal();
  const auto seen = SharedMemory::open(memory.address());
  memory = {};
  EXPECT_FALSE(memory);
  EXPECT_EQ(seen.size(), 4'000U);
  EXPECT_EQ(seen.data()[2], 14);
}

TEST(SharedMemory, CannotBeChangedOnceItIsSealed) {
  auto memory = block_of(10);
  memory.seal();
  const int file = static_cast<int>(memory.address().descriptor);
  EXPECT_NE(::ftruncate(file, 5), 0);
  EXPECT_LT(::pwrite(file, "x", 1, 0), 0);
  EXPECT_EQ(::mmap(nullptr, 10, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), MAP_FAILED);
  EXPECT_THROW(memory.resize(20), IoError);
  EXPECT_EQ(memory.data()[1], 7);
}

TEST(SharedMemory, IsRefusedWhereTheAddressIsNotThatOfASealedBlock) {
  auto memory = block_of(10);
  EXPECT_THROW(SharedMemory::open(memory.address()), IoError);  // could still be written to
  memory.seal();
  const auto address = memory.address();
  for (auto wrong : {address, address, address, address}) {
    static int member = 0;
    switch (member++) {
      case 0:
        ++wrong.inode;
        break;
      case 1:
        ++wrong.bytes;
        break;
      case 2:
        wrong.descriptor = 0;
        break;
      default:
        wrong.process = 0;
    }
    EXPECT_THROW(SharedMemory::open(wrong), IoError) << member;
  }
  EXPECT_EQ(SharedMemory::open(address).size(), 10U);
}

TEST(SharedMemory, OfMoreBytesThanThereAreIsAnError) {
  auto memory = SharedMemory::create();
  EXPECT_THROW(memory.resize(std::size_t{1} << 62), IoError);
}

TEST(SharedMemory, OfNoBytesIsABlockToo) {
  auto memory = SharedMemory::create();
  memory.seal();
  EXPECT_TRUE(SharedMemory::open(memory.address()));
}
