// SPDX-License-Identifier: Apache-2.0
#include "kernels/resize.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <fstream>
#include <string>

#include "golden_pixels.hpp"

using namespace stockpot::kernels;
using stockpot::test::golden_pixels;

namespace {

/// One line of the golden file.
struct Fixture {
  std::uint64_t seed = 0;
  std::int64_t height = 0, width = 0, new_height = 0, new_width = 0;
  std::uint32_t crc = 0;
};

std::vector<Fixture> fixtures() {
  std::ifstream file(STOCKPOT_SOURCE_DIR "/tests/golden/resize.txt");
  std::string title;
  std::getline(file, title);
  std::vector<Fixture> all;
  for (Fixture f; file >> f.seed >> f.height >> f.width >> f.new_height >> f.new_width >> f.crc;)
    all.push_back(f);
  return all;
}

}  // namespace

TEST(BicubicResize, EqualsPillowToTheByteOnThousandSizes) {
  const auto all = fixtures();
  ASSERT_EQ(all.size(), 1000U);
  BicubicResizer resize;
  for (const Fixture& f : all) {
    const auto in = golden_pixels(f.seed, f.height * f.width);
    std::vector<std::uint8_t> out(static_cast<std::size_t>(f.new_height * f.new_width)),
        slow(out.size());
    const Plane plane{in.data(), f.height, f.width, f.width};
    resize(plane, f.new_height, f.new_width, out);
    EXPECT_EQ(::crc32(0, out.data(), static_cast<uInt>(out.size())), f.crc) << "image " << f.seed;
    resize_bicubic_oracle(plane, f.new_height, f.new_width, slow);
    EXPECT_EQ(out, slow) << "image " << f.seed;
  }
}

TEST(BicubicResize, SeesOnlyThePixelsOfTheBox) {
  const auto image = golden_pixels(7, 50 * 60);
  std::vector<std::uint8_t> box, from_box(40 * 33), from_image(40 * 33);
  for (int y = 0; y < 20; ++y)
    box.insert(box.end(), image.begin() + (10 + y) * 60 + 5,
               image.begin() + (10 + y) * 60 + 5 + 44);
  BicubicResizer resize;
  resize({box.data(), 20, 44, 44}, 40, 33, from_box);
  resize({image.data() + 10 * 60 + 5, 20, 44, 60}, 40, 33, from_image);
  EXPECT_EQ(from_box, from_image);
}
