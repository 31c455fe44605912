// SPDX-License-Identifier: Apache-2.0
// PNG as Pillow sees it: tests/golden/make_png.py.
#include <zlib.h>

#include <fstream>

#include "core/error.hpp"
#include "data/image/decode.hpp"
#include "data/image/image_folder.hpp"
#include "files.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using namespace stockpot::data;
using test::expect_error;

namespace {

const std::filesystem::path kGolden = std::filesystem::path(STOCKPOT_SOURCE_DIR) / "tests/golden";

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// CRC-32 of the picture's pixels, [H, W, 3].
std::uint64_t checksum(const Picture& picture) {
  const auto plane = static_cast<std::size_t>(picture.height * picture.width);
  std::string interleaved;
  for (std::size_t p = 0; p < plane; ++p)
    for (std::size_t c = 0; c < 3; ++c)
      interleaved += static_cast<char>(picture.pixels.data()[c * plane + p]);
  return ::crc32(0, reinterpret_cast<const Bytef*>(interleaved.data()),
                 static_cast<uInt>(interleaved.size()));
}

void change(const std::filesystem::path& path, std::size_t offset, char to) {
  auto text = content(path);
  text.at(offset) = to;
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace

TEST(Png, IsReadAsPillowConvertsIt) {
  std::ifstream lines(kGolden / "png.txt");
  int files = 0;
  std::string name;
  std::int64_t height = 0, width = 0;
  for (std::uint64_t crc = 0; lines >> name >> height >> width >> crc; ++files) {
    const Picture picture = read_png(kGolden / "png" / name);
    EXPECT_EQ(picture.channels, 3) << name;
    EXPECT_EQ(picture.height, height) << name;
    EXPECT_EQ(picture.width, width) << name;
    EXPECT_EQ(checksum(picture), crc) << name;
  }
  EXPECT_EQ(files, 13);
}

TEST(Png, Of16BitsIsRefusedByName) {
  for (const char* name : {"grey16.png", "rgb16.png"})
    expect_error<DataError>([&] { read_png(kGolden / "png" / name); },
                            {name, "16 bits", "convert it to 8 bits"});
}

TEST(Png, ThatIsDamagedIsRefusedWithFileAndReason) {
  const test::TempDir folder;
  const auto path = folder / "a.png";
  const auto sound = content(kGolden / "png/rgb.png");
  const auto refused = [&](const std::string& bytes, const char* why) {
    std::ofstream(path, std::ios::binary) << bytes;
    expect_error<DataError>([&] { read_png(path); }, {"a.png: ", why});
  };
  refused("", "is empty");
  refused("P6\n1 1\n255\nabc", "Not a PNG file");
  refused(sound.substr(0, 20), "the file ends too early");
  refused(sound.substr(0, sound.size() / 2), "the file ends too early");
  refused(sound.substr(0, sound.size() - 12),
          "the file ends too early");  // without its end
  auto wrong = sound;
  wrong[sound.size() / 2] ^= 1;
  refused(wrong, "IDAT");
  std::ofstream(path, std::ios::binary) << sound;
  EXPECT_EQ(read_png(path).width, 34);
  change(path, 17, '\x7f');  // the width
  EXPECT_THROW(read_png(path), DataError);
}

TEST(Png, OfMorePixelsThanAreReadCostsNoMemory) {
  const test::TempDir folder;
  const auto path = folder / "bomb.png";
  const auto chunk = [](std::string name, const std::string& data) {
    const auto big_endian = [](std::uint64_t value) {
      return std::string{static_cast<char>(value >> 24), static_cast<char>(value >> 16),
                         static_cast<char>(value >> 8), static_cast<char>(value)};
    };
    const auto size = big_endian(data.size());
    name += data;
    const auto crc =
        ::crc32(0, reinterpret_cast<const Bytef*>(name.data()), static_cast<uInt>(name.size()));
    return size + name + big_endian(crc);
  };
  const auto png = [&](const std::string& sizes) {
    std::ofstream(path, std::ios::binary)
        << "\x89PNG\r\n\x1a\n" + chunk("IHDR", sizes + std::string("\x08\x02\0\0\0", 5)) +
               chunk("IDAT", "x\x9c") + chunk("IEND", "");
  };
  png(std::string("\0\0\x20\0\0\0\x20\0", 8));  // 8192 x 8192
  expect_error<DataError>([&] { read_png(path); },
                          {"bomb.png", "8192 x 8192 is beyond 48 million"});
  png(std::string("\0\0\x20\1\0\0\0\1", 8));  // 8193 x 1
  EXPECT_THROW(read_png(path), DataError);
  png(std::string("\0\0\0\0\0\0\0\1", 8));
  EXPECT_THROW(read_png(path), DataError);
}

TEST(Png, IsOneOfTheFormatsOfOwnPictures) {
  const test::TempDir folder;
  for (const char* part : {"train", "test"}) {
    std::filesystem::create_directories(folder / part / "a");
    std::filesystem::copy(kGolden / "png/rgba.png", folder / part / "a/1.PNG");
    std::filesystem::copy(kGolden / "png/palette.png", folder / part / "a/2.png");
  }
  const auto set = read_image_folder({folder.path(), ""}, Part::train, {.side = 8});
  EXPECT_EQ(set.size(), 2);
  EXPECT_EQ(set.places[1].height, 8);
}
