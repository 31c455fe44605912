// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "core/random.hpp"
#include "data/image/transform.hpp"

namespace stockpot::data {

/// Mean and deviation of CLIP's training images. source: openai/CLIP, clip.py, `_transform`.
constexpr Normalisation kClipNormalisation{{0.48145466, 0.4578275, 0.40821073},
                                           {0.26862954, 0.26130258, 0.27577711}};

/// Part of an image.
struct Box {
  std::int64_t top = 0, left = 0, height = 0, width = 0;
  bool operator==(const Box&) const = default;
};

/// Size of an image whose shorter side becomes `side`. source: torchvision and transformers, long
/// side int(side * long / short).
Box shorter_side_to(std::int64_t side, std::int64_t height, std::int64_t width);

/// Draw the part of torchvision's RandomResizedCrop(scale=(0.9, 1.0), ratio=(3/4, 4/3)): what PAINT
/// and the ISP code train CLIP with.
Box random_crop(std::int64_t height, std::int64_t width, RandomStream& random);

/// Where the centre crop lies if the margin is odd. openai: half of it, rounded (ties to even), as
/// openai/CLIP and torchvision do; huggingface: rounded down, as transformers' PIL backend
/// (image_transforms.center_crop, `(height - crop_height) // 2`).
enum class Crop { openai, huggingface };

/// Value of the setting data.crop.
Crop crop_named(std::string_view name);

/// First row or column of a centre crop that leaves `margin` pixels.
std::int64_t crop_begin(std::int64_t margin, Crop crop);

/// CLIP's preprocessing at `side` pixels. Evaluation: shorter side to `side` by Pillow's bicubic,
/// centre crop. Training: random_crop, then resized to `side` x `side`. Grey images become three
/// equal channels after resizing.
class ClipTransform final : public ImageTransform {
 public:
  explicit ClipTransform(std::int64_t side, Crop crop = Crop::openai);
  DataShape shape() const override { return {3, side_, side_, 0}; }
  void apply(const ImageView& image, std::int64_t index, const Augmentation& augmentation,
             kernels::BicubicResizer& resizer, std::span<float> out) const override;

 private:
  std::int64_t side_;
  Crop crop_;
  PixelTable table_;
};

}  // namespace stockpot::data
