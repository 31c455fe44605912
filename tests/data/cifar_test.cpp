// SPDX-License-Identifier: Apache-2.0
#include "data/image/cifar.hpp"

#include <cstdlib>

#include "files.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using namespace stockpot::data;
using namespace stockpot::test;

namespace {

constexpr std::size_t kPixels = 3072;

/// `count` records: label bytes (record + file) % bound each, pixels that differ from record to
/// record.
ByteList records(std::size_t count, const std::vector<unsigned>& bounds, unsigned file = 0) {
  ByteList bytes;
  for (std::size_t r = 0; r < count; ++r) {
    for (const unsigned bound : bounds)
      bytes.push_back(static_cast<std::uint8_t>((r + file) % bound));
    for (std::size_t p = 0; p < kPixels; ++p)
      bytes.push_back(static_cast<std::uint8_t>(r * 31 + p + file));
  }
  return bytes;
}

struct Cifar10 : testing::Test {
  Cifar10() {
    for (unsigned file = 1; file <= 5; ++file)
      write_bytes(folder / name(file), records(file, {10}, file));
  }
  static std::string name(unsigned file) { return "data_batch_" + std::to_string(file) + ".bin"; }
  ImageSet read() const { return read_cifar10({folder.path(), "the origin"}, Part::train); }
  TempDir folder;
};

}  // namespace

TEST_F(Cifar10, JoinsItsFiveFilesInOrder) {
  const ImageSet set = read();
  ASSERT_EQ(set.size(), 15);
  const ImageView image = set.view(1 + 2 + 3 + 1);  // second record of the fourth file
  EXPECT_EQ(image.channels * 10000 + image.height * 100 + image.width, 33232);
  for (std::size_t p = 0; p < kPixels; ++p)
    ASSERT_EQ(image.planes[p], static_cast<std::uint8_t>(31 + p + 4));
  EXPECT_EQ(set.labels[7], 5);
}

TEST_F(Cifar10, NamesTheBatchThatIsMissing) {
  std::filesystem::remove(folder / name(3));
  expect_error<DataError>([&] { read(); }, {name(3), "the origin"});
}

TEST_F(Cifar10, RefusesAFileThatIsNoWholeNumberOfRecords) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{3072},
                                 std::size_t{3074}, std::size_t{2 * 3073 - 1}}) {
    ByteList bytes = records(3, {10});
    bytes.resize(size);
    write_bytes(folder / name(2), bytes);
    expect_error<DataError>([&] { read(); }, {name(2), std::to_string(size) + " bytes"});
  }
}

TEST_F(Cifar10, RefusesALabelOutOfRange) {
  ByteList bytes = records(5, {10});
  bytes[4 * 3073] = 10;
  write_bytes(folder / name(5), bytes);
  expect_error<DataError>([&] { read(); }, {name(5), "byte 12292", "label 10"});
}

TEST(Cifar100, KeepsTheFineLabelAndChecksBoth) {
  const TempDir folder;
  ByteList bytes = records(120, {20, 100});
  write_bytes(folder / "test.bin", bytes);
  const auto read = [&] { return read_cifar100({folder.path(), "the origin"}, Part::test); };
  EXPECT_EQ(read().labels[119], 19);
  EXPECT_EQ(read().labels[99], 99);
  bytes[3074 * 7] = 20;
  write_bytes(folder / "test.bin", bytes);
  expect_error<DataError>([&] { read(); }, {"test.bin", "byte 21518", "label 20"});
}

TEST(Cifar10Official, HasThousandTestImagesPerClass) {
  const char* data = std::getenv("STOCKPOT_TEST_DATA");
  const std::string file = data == nullptr ? "" : std::string(data) + "/cifar10/test_batch.bin";
  if (data == nullptr || !std::filesystem::exists(file))
    GTEST_SKIP() << "absent: $STOCKPOT_TEST_DATA/cifar10/test_batch.bin (unpacked)";
  const ImageSet set = read_cifar10({std::filesystem::path(file).parent_path(), ""}, Part::test);
  ASSERT_EQ(set.size(), 10000);
  std::vector<int> counts(10);
  for (const int label : set.labels) ++counts[static_cast<std::size_t>(label)];
  EXPECT_EQ(counts, std::vector<int>(10, 1000));
}
