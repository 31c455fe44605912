// SPDX-License-Identifier: Apache-2.0
#include "data/image/image_set.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "files.hpp"

using namespace stockpot;
using namespace stockpot::data;

namespace {

const Normalisation kPlain{{0, 0, 0}, {1, 1, 1}};

/// `count` RGB images of 16 x 16 whose pixels are all different from 0 and from one another's
/// neighbours.
ImageDataset dataset(std::int64_t count, Shift shift, const Normalisation& normalisation = kPlain) {
  ImageSet set;
  set.channels = 3;
  set.pixels = Bytes(static_cast<std::size_t>(count * 3 * 256));
  for (std::size_t i = 0; i < set.pixels.size(); ++i)
    set.pixels.data()[i] = static_cast<std::uint8_t>(1 + (i * 7 + i / 256) % 255);
  set.place_equal(count, 16, 16);
  for (std::int64_t i = 0; i < count; ++i) set.labels.push_back(static_cast<int>(i % 4));
  return {std::move(set),
          std::make_shared<ShiftTransform>(3, 16, 16, normalisation, shift),
          {"a", "b", "c", "d"}};
}

std::vector<float> sample(const ImageDataset& data, std::int64_t index,
                          const Augmentation& augmentation) {
  Batch batch;
  data.fill(std::vector{index}, augmentation, batch);
  return batch.pixels;
}

}  // namespace

TEST(ImageDataset, NormalisesAsTorchvisionDoesInFp32) {
  const Normalisation normalisation{{0.4914, 0.4822, 0.4465}, {0.2470, 0.2435, 0.2616}};
  const ImageDataset data = dataset(2, Shift::none, normalisation);
  const auto pixels = sample(data, 1, {});
  for (std::size_t p = 0; p < pixels.size(); ++p) {
    const auto byte = static_cast<float>(1 + ((768 + p) * 7 + (768 + p) / 256) % 255);
    const std::size_t c = p / 256;
    EXPECT_EQ(pixels[p], (byte / 255.0F - static_cast<float>(normalisation.mean[c])) /
                             static_cast<float>(normalisation.deviation[c]));
  }
}

TEST(ImageDataset, FillsLabelsAndReplacesWhatTheBatchHeld) {
  const ImageDataset data = dataset(9, Shift::none);
  Batch batch;
  batch.token_ids = {1, 2};
  batch.lengths = {2};
  data.fill(std::vector<std::int64_t>{8, 3, 3}, {}, batch);
  EXPECT_EQ(batch.size, 3);
  EXPECT_EQ(batch.labels, (std::vector<std::int64_t>{0, 3, 3}));
  EXPECT_EQ(batch.pixels.size(), 3U * 768);
  EXPECT_TRUE(batch.token_ids.empty() && batch.lengths.empty());
}

TEST(Augmentation, DoesNotDependOnTheRestOfTheBatch) {
  const ImageDataset data = dataset(300, Shift::crop_flip);
  const Augmentation augmentation{true, 11, 2, 0};
  std::vector<std::int64_t> all(300);
  std::iota(all.begin(), all.end(), 0);
  std::reverse(all.begin(), all.end());
  Batch batch;
  data.fill(all, augmentation, batch);
  for (std::size_t i = 0; i < all.size(); i += 37) {
    const auto alone = sample(data, all[i], augmentation);
    EXPECT_TRUE(std::equal(alone.begin(), alone.end(),
                           batch.pixels.begin() + static_cast<std::ptrdiff_t>(i * 768)));
  }
}

TEST(Augmentation, ChangesWithSeedEpochAndDenoiserAndIsOffForEvaluation) {
  const ImageDataset data = dataset(40, Shift::crop_flip), plain = dataset(40, Shift::none);
  const auto all = [&](const ImageDataset& set, const Augmentation& augmentation) {
    std::vector<std::int64_t> indices(40);
    std::iota(indices.begin(), indices.end(), 0);
    Batch batch;
    set.fill(indices, augmentation, batch);
    return batch.pixels;
  };
  std::set<std::vector<float>> seen{all(data, {true, 1, 0, 0}), all(data, {true, 2, 0, 0}),
                                    all(data, {true, 1, 1, 0}), all(data, {true, 1, 0, 1})};
  EXPECT_EQ(seen.size(), 4U);
  EXPECT_EQ(all(data, {false, 1, 0, 0}), all(plain, {true, 1, 0, 0}));
}

TEST(ImageDataset, FillThrowsToTheCallerWhatTheLowestSampleThrew) {
  struct Refuses final : ImageTransform {
    DataShape shape() const override { return {.channels = 1, .height = 256, .width = 256}; }
    void apply(const ImageView&, std::int64_t index, const Augmentation&, kernels::BicubicResizer&,
               std::span<float>) const override {
      if (index % 2 == 1) throw DataError("sample " + std::to_string(index));
    }
  };
  ImageSet set;
  set.channels = 1;
  set.pixels = Bytes(8);
  set.place_equal(8, 1, 1);
  set.labels.resize(8);
  const ImageDataset data(std::move(set), std::make_shared<Refuses>(), {"a"});
  Batch batch;
  EXPECT_NO_THROW(data.fill(std::vector<std::int64_t>{0, 2, 4, 6}, {}, batch));
  try {
    data.fill(std::vector<std::int64_t>{0, 2, 5, 7}, {}, batch);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(), "sample 5");
  }
}

TEST(Augmentation, MovesByAtMostAnEighthOverBlackAndReachesEveryMove) {
  const ImageDataset data = dataset(1, Shift::crop_flip);
  const auto original = sample(data, 0, {});
  const auto moved = [&](int dy, int dx, bool mirrored) {
    std::vector<float> out(768, 0.0F);
    for (int c = 0; c < 3; ++c)
      for (int y = std::max(0, -dy); y < std::min(16, 16 - dy); ++y)
        for (int x = std::max(0, -dx); x < std::min(16, 16 - dx); ++x)
          out[static_cast<std::size_t>(c * 256 + y * 16 + (mirrored ? 15 - x : x))] =
              original[static_cast<std::size_t>(c * 256 + (y + dy) * 16 + x + dx)];
    return out;
  };
  std::set<std::vector<float>> possible, seen;
  for (int dy = -2; dy <= 2; ++dy)
    for (int dx = -2; dx <= 2; ++dx)
      for (const bool mirrored : {false, true}) possible.insert(moved(dy, dx, mirrored));
  ASSERT_EQ(possible.size(), 50U);
  for (std::uint32_t epoch = 0; epoch < 1000; ++epoch)
    seen.insert(sample(data, 0, {true, 3, epoch, 0}));
  EXPECT_EQ(seen, possible);
}
