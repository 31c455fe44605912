// SPDX-License-Identifier: Apache-2.0
#include "data/image/clip_transform.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

#include "golden_pixels.hpp"

using namespace stockpot;
using namespace stockpot::data;
using stockpot::test::golden_pixels;

TEST(ClipTransform, EqualsTheReferencePreprocessingToTheBit) {
  std::ifstream file(STOCKPOT_SOURCE_DIR "/tests/golden/images.txt");
  int compared = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string kind;
    std::uint64_t seed = 0;
    std::int64_t channels = 0, height = 0, width = 0, side = 0;
    std::uint32_t crc = 0;
    if (!(words >> kind >> seed >> channels >> height >> width >> side >> crc) || kind != "clip")
      continue;
    const auto bytes = golden_pixels(seed, channels * height * width);
    std::vector<float> out(static_cast<std::size_t>(3 * side * side));
    kernels::BicubicResizer resizer;
    ClipTransform(side).apply({bytes.data(), channels, height, width}, 0, {}, resizer, out);
    EXPECT_EQ(::crc32(0, reinterpret_cast<const Bytef*>(out.data()),
                      static_cast<uInt>(out.size() * sizeof(float))),
              crc)
        << line;
    ++compared;
  }
  EXPECT_EQ(compared, 6);
}

TEST(RandomCrop, KeepsNineTenthsOfTheAreaInsideTheImage) {
  std::set<std::int64_t> heights;
  for (std::uint32_t sample = 0; sample < 2000; ++sample) {
    RandomStream random(1, Purpose::augmentation, {.sample = sample});
    const Box box = random_crop(200, 220, random);
    EXPECT_GE(box.top, 0);
    EXPECT_GE(box.left, 0);
    EXPECT_LE(box.top + box.height, 200);
    EXPECT_LE(box.left + box.width, 220);
    EXPECT_GE(static_cast<double>(box.height * box.width), 0.9 * 200 * 220 - 220);
    heights.insert(box.height);
  }
  EXPECT_GT(heights.size(), 15U);
}

TEST(RandomCrop, FallsBackToTheMiddleOfALongImage) {
  RandomStream random(1, Purpose::augmentation);
  EXPECT_EQ(random_crop(30, 300, random), (Box{0, 130, 30, 40}));
  EXPECT_EQ(random_crop(300, 30, random), (Box{130, 0, 40, 30}));
}

TEST(ClipTransform, TrainingDependsOnKeyAndSampleOnly) {
  const auto bytes = golden_pixels(9, 3 * 40 * 44);
  const ImageView image{bytes.data(), 3, 40, 44};
  const ClipTransform transform(32);
  const auto drawn = [&](std::int64_t index, const Augmentation& augmentation) {
    std::vector<float> out(3 * 32 * 32);
    kernels::BicubicResizer resizer;
    transform.apply(image, index, augmentation, resizer, out);
    return out;
  };
  EXPECT_EQ(drawn(5, {true, 1, 2, 0}), drawn(5, {true, 1, 2, 0}));
  std::set<std::vector<float>> seen;
  for (std::int64_t index = 0; index < 8; ++index) seen.insert(drawn(index, {true, 1, 2, 0}));
  seen.insert(drawn(0, {true, 1, 3, 0}));
  seen.insert(drawn(0, {true, 1, 2, 1}));
  seen.insert(drawn(0, {true, 2, 2, 0}));
  EXPECT_GE(seen.size(), 10U);
}

TEST(CropBegin, RoundsToEvenAsTorchvisionOrDownAsHuggingFace) {
  for (const auto& [margin, rounded] : {std::pair{0, 0}, {1, 0}, {2, 1}, {3, 2}, {5, 2}, {7, 4}}) {
    EXPECT_EQ(crop_begin(margin, Crop::openai), rounded) << margin;
    EXPECT_EQ(crop_begin(margin, Crop::huggingface), margin / 2) << margin;
  }
}

TEST(ClipTransform, HuggingFacesCropOfAnOddMarginIsOnePixelOff) {
  const auto bytes = golden_pixels(9, 3 * 8 * 11);
  const auto seen = [&](Crop crop) {
    std::vector<float> out(3 * 8 * 8);
    kernels::BicubicResizer resizer;
    ClipTransform(8, crop).apply({bytes.data(), 3, 8, 11}, 0, {}, resizer, out);
    return out;
  };
  const auto openai = seen(Crop::openai), huggingface = seen(Crop::huggingface);
  for (std::size_t row = 0; row < 24; ++row)
    for (std::size_t x = 0; x < 7; ++x)
      EXPECT_EQ(openai[row * 8 + x], huggingface[row * 8 + x + 1]);
}

TEST(ClipTransform, CropsAsPillowUnderBothRules) {
  std::ifstream file(STOCKPOT_SOURCE_DIR "/tests/golden/crops.txt");
  std::string kind;
  std::uint64_t seed = 0;
  std::int64_t height = 0, width = 0, side = 0;
  std::uint32_t crc = 0;
  int compared = 0;
  for (; file >> kind >> seed >> height >> width >> side >> crc; ++compared) {
    const auto bytes = golden_pixels(seed, 3 * height * width);
    std::vector<float> out(static_cast<std::size_t>(3 * side * side));
    kernels::BicubicResizer resizer;
    ClipTransform(side, crop_named(kind))
        .apply({bytes.data(), 3, height, width}, 0, {}, resizer, out);
    std::vector<Bytef> seen;  // the bytes that were normalised
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::size_t channel = i / static_cast<std::size_t>(side * side);
      seen.push_back(static_cast<Bytef>(std::lround(
          255 * (static_cast<double>(out[i]) * kClipNormalisation.deviation.at(channel) +
                 kClipNormalisation.mean.at(channel)))));
    }
    EXPECT_EQ(::crc32(0, seen.data(), static_cast<uInt>(seen.size())), crc) << kind << " " << seed;
  }
  EXPECT_EQ(compared, 18);
}
