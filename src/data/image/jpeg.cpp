// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <turbojpeg.h>

#include <memory>

#include "core/error.hpp"
#include "data/image/decode.hpp"

namespace stockpot::data {
namespace {

constexpr std::int64_t kLargestSide = 8192, kMostPixels = 48'000'000;
constexpr std::uint64_t kLargestFile = 64 << 20;

struct Destroy {
  void operator()(void* decoder) const { tjDestroy(decoder); }
};

}  // namespace

Picture read_jpeg(const std::filesystem::path& path, std::string* sha256) {
  const Bytes bytes = read_picture_file(path, kLargestFile, sha256);
  const std::unique_ptr<void, Destroy> decoder(tjInitDecompress());
  expect(decoder != nullptr, "libjpeg-turbo cannot start");
  const auto refuse = [&](const std::string& why) {
    throw DataError(path.string() + ": no sound JPEG file", why, "fetch it again");
  };
  const auto size = static_cast<unsigned long>(bytes.size());
  int width = 0, height = 0, subsampling = 0, colours = 0;
  if (tjDecompressHeader3(decoder.get(), bytes.data(), size, &width, &height, &subsampling,
                          &colours) != 0)
    refuse(tjGetErrorStr2(decoder.get()));
  if (width > kLargestSide || height > kLargestSide || std::int64_t{width} * height > kMostPixels)
    refuse(fmt::format("size {} x {} is beyond 8192 x 8192 or 48 million pixels", width, height));
  const std::size_t plane = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  Bytes interleaved(3 * plane);
  constexpr int kFlags = TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS;
  if (tjDecompress2(decoder.get(), bytes.data(), size, interleaved.data(), width, 0, height,
                    TJPF_RGB, kFlags) != 0)
    refuse(tjGetErrorStr2(decoder.get()));
  return from_interleaved(interleaved.span(), 3, height, width);
}

}  // namespace stockpot::data
