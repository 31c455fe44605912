// SPDX-License-Identifier: Apache-2.0
#include "data/image/idx.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <numeric>

#include "data/load.hpp"
#include "files.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using namespace stockpot::data;
using namespace stockpot::test;

namespace {

constexpr const char* kImages = "train-images-idx3-ubyte";
constexpr const char* kLabels = "train-labels-idx1-ubyte";

/// Twenty images of 3 x 4 and their labels, valid until a test damages them.
struct Idx : testing::Test {
  Idx() {
    write_bytes(folder / kImages, idx_bytes({20, 3, 4}, 240, 251));
    write_bytes(folder / kLabels, idx_bytes({20}, 20, 10));
  }
  ImageSet read() const { return read_idx({folder.path(), "the origin"}, Part::train, 10); }
  void expect_refused(const std::vector<std::string>& parts) const {
    expect_error<DataError>([&] { read(); }, parts);
  }
  TempDir folder;
};

}  // namespace

TEST_F(Idx, ReadsPixelsAndLabelsInFileOrder) {
  const ImageSet set = read();
  ASSERT_EQ(set.size(), 20);
  const ImageView last = set.view(19);
  EXPECT_EQ(last.channels, 1);
  EXPECT_EQ(last.height, 3);
  EXPECT_EQ(last.width, 4);
  for (int p = 0; p < 12; ++p) EXPECT_EQ(last.planes[p], (19 * 12 + p) % 251);
  EXPECT_EQ(set.labels[19], 9);
}

TEST_F(Idx, ReadsGzippedFilesAndTheNameWithADot) {
  const ImageSet plain = read();
  std::filesystem::remove(folder / kImages);
  std::filesystem::rename(folder / kLabels, folder / "train-labels.idx1-ubyte");
  write_bytes(folder / (std::string(kImages) + ".gz"), gzipped(idx_bytes({20, 3, 4}, 240, 251)));
  const ImageSet set = read();
  EXPECT_TRUE(std::equal(plain.pixels.span().begin(), plain.pixels.span().end(),
                         set.pixels.span().begin(), set.pixels.span().end()));
  EXPECT_EQ(plain.labels, set.labels);
}

TEST_F(Idx, NamesTheMissingFileAndItsOrigin) {
  std::filesystem::remove(folder / kLabels);
  expect_refused({kLabels, "no such file", "the origin"});
}

TEST_F(Idx, RefusesEveryTruncation) {
  const ByteList images = idx_bytes({20, 3, 4}, 240, 251), zipped = gzipped(images);
  for (std::size_t size = 0; size < images.size(); ++size) {
    write_bytes(folder / kImages,
                ByteList(images.begin(), images.begin() + static_cast<std::ptrdiff_t>(size)));
    expect_refused({kImages});
  }
  std::filesystem::remove(folder / kImages);
  for (std::size_t size = 0; size < zipped.size(); ++size) {
    write_bytes(folder / (std::string(kImages) + ".gz"),
                ByteList(zipped.begin(), zipped.begin() + static_cast<std::ptrdiff_t>(size)));
    expect_refused({kImages});
  }
}

TEST_F(Idx, RefusesWrongMagicLengthAndDimensions) {
  write_bytes(folder / kImages, idx_bytes({20}, 20, 10));
  expect_refused({kImages, "byte 0", "magic"});
  write_bytes(folder / kImages, idx_bytes({20, 3, 4}, 241, 251));
  expect_refused({kImages, "257 bytes", "256"});
  write_bytes(folder / kImages, idx_bytes({20, 0, 4}, 0, 251));
  expect_refused({kImages, "byte 8", "dimension 0"});
  write_bytes(folder / kImages, idx_bytes({0xFFFFFFFF, 4096, 4096}, 10, 251));
  expect_refused({kImages});
  write_bytes(folder / kImages, idx_bytes({20, 5000, 4}, 10, 251));
  expect_refused({kImages, "byte 8", "5000"});
}

TEST_F(Idx, RefusesCountsThatDifferAndLabelsOutOfRange) {
  write_bytes(folder / kLabels, idx_bytes({19}, 19, 10));
  expect_refused({kImages, kLabels, "20 images", "19 labels"});
  ByteList labels = idx_bytes({20}, 20, 10);
  labels[8 + 7] = 10;
  write_bytes(folder / kLabels, labels);
  expect_refused({kLabels, "byte 15", "label 10"});
}

TEST_F(Idx, RefusesADamagedGzipStream) {
  const std::string name = std::string(kImages) + ".gz";
  std::filesystem::remove(folder / kImages);
  const ByteList good = gzipped(idx_bytes({20, 3, 4}, 240, 251));
  ByteList bytes = good;
  bytes[bytes.size() / 2] ^= 0x55;
  write_bytes(folder / name, bytes);
  expect_refused({name});
  bytes = good;
  bytes.back() = 0xFF;  // the trailer tells 4 GiB
  write_bytes(folder / name, bytes);
  expect_refused({name, "trailer"});
  bytes = good;
  bytes.insert(bytes.end() - 8, 3, 0);  // bytes between the stream and its trailer
  write_bytes(folder / name, bytes);
  expect_refused({name});
}

TEST_F(Idx, RefusesAFolderAndAFifoWithoutWaiting) {
  std::filesystem::remove(folder / kImages);
  std::filesystem::create_directory(folder / kImages);
  expect_refused({kImages, "folder"});
  std::filesystem::remove(folder / kImages);
  ASSERT_EQ(::mkfifo((folder / kImages).c_str(), 0600), 0);
  expect_refused({kImages, "fifo"});
}

namespace {

void expect_official(const std::string& name, const std::string& dir) {
  config::DataConfig config;
  config.name = name;
  config.dir = dir;
  const Splits splits = load(config, 1);
  EXPECT_EQ(splits.train.size(), 55000);
  EXPECT_EQ(splits.validation.size(), 5000);
  EXPECT_EQ(splits.test.size(), 10000);
  const DataShape shape = splits.train.dataset->shape();
  EXPECT_EQ(shape.height * 100 + shape.width, 2828);
  EXPECT_EQ(shape.classes, 10);

  Batch batch;  // the stated mean and deviation are those of the training set: the normalised
                // pixels have 0 and 1
  std::vector<std::int64_t> everything(60000);
  std::iota(everything.begin(), everything.end(), 0);
  splits.train.dataset->fill(everything, {}, batch);
  double sum = 0, square = 0;
  for (const float x : batch.pixels) {
    sum += x;
    square += static_cast<double>(x) * x;
  }
  const auto n = static_cast<double>(batch.pixels.size());
  EXPECT_NEAR(sum / n, 0, 3e-4);
  EXPECT_NEAR(square / n, 1, 6e-4);
}

}  // namespace

TEST(FashionMnist, HasItsOfficialCountsAndTheStatedMean) {
  const std::string dir = "/usr/share/datasets/fashion-mnist";
  if (!std::filesystem::exists(dir))
    GTEST_SKIP() << "absent: " << dir << " (Debian package dataset-fashion-mnist)";
  expect_official("fashion_mnist", "");
}

TEST(Mnist, HasItsOfficialCountsAndTheStatedMean) {
  const char* data = std::getenv("STOCKPOT_TEST_DATA");
  const std::string dir = data == nullptr ? "" : std::string(data) + "/mnist";
  if (data == nullptr || !std::filesystem::exists(dir))
    GTEST_SKIP() << "absent: $STOCKPOT_TEST_DATA/mnist";
  expect_official("mnist", dir);
}
