// SPDX-License-Identifier: Apache-2.0
#include "data/image/clip_transform.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace stockpot::data {
namespace {

/// Python's round(), ties to even; the default rounding mode of the machine.
std::int64_t rounded(double x) { return static_cast<std::int64_t>(std::nearbyint(x)); }

/// Where an image is cut and to what size the cut is resized, of which the middle `side` x `side`
/// are the model's.
struct Plan {
  Box cut, resized;
};

Plan evaluation_plan(const ImageView& image, std::int64_t side) {
  return {{0, 0, image.height, image.width}, shorter_side_to(side, image.height, image.width)};
}

Plan training_plan(const ImageView& image, std::int64_t side, std::int64_t index,
                   const Augmentation& a) {
  RandomStream random(
      a.seed, Purpose::augmentation,
      {.round = a.epoch, .denoiser = a.denoiser, .sample = static_cast<std::uint32_t>(index)});
  return {random_crop(image.height, image.width, random), {0, 0, side, side}};
}

}  // namespace

Box shorter_side_to(std::int64_t side, std::int64_t height, std::int64_t width) {
  const auto longer = [side](std::int64_t long_side, std::int64_t short_side) {
    return side * long_side / short_side;
  };
  return height <= width ? Box{0, 0, side, longer(width, height)}
                         : Box{0, 0, longer(height, width), side};
}

Box random_crop(std::int64_t height, std::int64_t width, RandomStream& random) {
  constexpr double kLeastArea = 0.9, kMostArea = 1.0, kLeastAspect = 3.0 / 4.0,
                   kMostAspect = 4.0 / 3.0;
  const auto place = [&](std::int64_t room) {
    return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(room + 1)));
  };
  for (int attempt = 0; attempt < 10; ++attempt) {
    const double area = static_cast<double>(height * width) * random.uniform(kLeastArea, kMostArea);
    const double aspect = std::exp(random.uniform(std::log(kLeastAspect), std::log(kMostAspect)));
    const std::int64_t w = rounded(std::sqrt(area * aspect)), h = rounded(std::sqrt(area / aspect));
    if (w < 1 || h < 1 || w > width || h > height) continue;
    const std::int64_t top = place(height - h);
    return {top, place(width - w), h, w};
  }
  const double aspect = static_cast<double>(width) / static_cast<double>(height);
  Box box{0, 0, height, width};  // the largest part in the middle whose aspect is allowed
  if (aspect < kLeastAspect) box.height = rounded(static_cast<double>(width) / kLeastAspect);
  if (aspect > kMostAspect) box.width = rounded(static_cast<double>(height) * kMostAspect);
  box.top = (height - box.height) / 2;
  box.left = (width - box.width) / 2;
  return box;
}

Crop crop_named(std::string_view name) {
  if (name == "openai") return Crop::openai;
  if (name == "huggingface") return Crop::huggingface;
  throw ConfigError("data.crop " + std::string(name) + " is not known", "",
                    "openai and huggingface are");
}

std::int64_t crop_begin(std::int64_t margin, Crop crop) {
  return crop == Crop::openai ? rounded(static_cast<double>(margin) / 2) : margin / 2;
}

ClipTransform::ClipTransform(std::int64_t side, Crop crop)
    : side_(side), crop_(crop), table_(kClipNormalisation, 3) {}

void ClipTransform::apply(const ImageView& image, std::int64_t index,
                          const Augmentation& augmentation, kernels::BicubicResizer& resizer,
                          std::span<float> out) const {
  const auto [cut, resized] = augmentation.enabled
                                  ? training_plan(image, side_, index, augmentation)
                                  : evaluation_plan(image, side_);
  const std::int64_t top = crop_begin(resized.height - side_, crop_),
                     left = crop_begin(resized.width - side_, crop_);
  std::vector<std::uint8_t> plane(static_cast<std::size_t>(resized.height * resized.width));
  for (std::int64_t c = 0; c < 3; ++c) {
    const std::int64_t from = std::min(c, image.channels - 1);
    const kernels::Plane whole = image.plane(from);
    if (c == from)
      resizer({whole.data + cut.top * whole.stride + cut.left, cut.height, cut.width, whole.stride},
              resized.height, resized.width, plane);
    float* pixel = out.data() + c * side_ * side_;
    for (std::int64_t y = top; y < top + side_; ++y)
      for (std::int64_t x = left; x < left + side_; ++x)
        *pixel++ = table_.channel(c)[plane[static_cast<std::size_t>(y * resized.width + x)]];
  }
}

}  // namespace stockpot::data
