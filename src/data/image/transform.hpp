// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "data/dataset.hpp"
#include "kernels/resize.hpp"

namespace stockpot::data {

/// One decoded image in memory, [C, H, W].
struct ImageView {
  const std::uint8_t* planes = nullptr;
  std::int64_t channels = 0, height = 0, width = 0;

  kernels::Plane plane(std::int64_t c) const {
    return {planes + c * height * width, height, width, width};
  }
};

/// Mean and standard deviation per channel, of pixels in [0, 1].
struct Normalisation {
  std::array<double, 3> mean{}, deviation{};
};

/// Maps a byte to (x / 255 - mean) / std, rounded as torchvision's ToTensor and Normalize do in
/// fp32.
class PixelTable {
 public:
  PixelTable(const Normalisation& normalisation, std::int64_t channels);
  const std::array<float, 256>& channel(std::int64_t c) const {
    return values_[static_cast<std::size_t>(c)];
  }

 private:
  std::vector<std::array<float, 256>> values_;
};

/// What turns a stored image into a model's input. Immutable; called from several threads.
class ImageTransform {
 public:
  virtual ~ImageTransform() = default;
  /// Shape of what `apply` writes; classes is 0.
  virtual DataShape shape() const = 0;
  /// Write sample `index` to `out` [C, H, W]. What is random depends on (augmentation, index) only;
  /// `resizer` is scratch of the thread.
  virtual void apply(const ImageView& image, std::int64_t index, const Augmentation& augmentation,
                     kernels::BicubicResizer& resizer, std::span<float> out) const = 0;
};

/// What is done to training images that keep their size.
enum class Shift { none, crop, crop_flip };

/// Value of the setting data.augment.
Shift shift_named(std::string_view name);

/// Images at their own size, normalised; in training moved by up to an eighth of the side over
/// black (and mirrored half of the time). source: the standard CIFAR augmentation, padding 4 of 32
/// (He et al., CVPR 2016, 4.2).
class ShiftTransform final : public ImageTransform {
 public:
  ShiftTransform(std::int64_t channels, std::int64_t height, std::int64_t width,
                 const Normalisation& normalisation, Shift shift);
  DataShape shape() const override { return shape_; }
  void apply(const ImageView& image, std::int64_t index, const Augmentation& augmentation,
             kernels::BicubicResizer& resizer, std::span<float> out) const override;

 private:
  DataShape shape_;
  PixelTable table_;
  Shift shift_;
};

}  // namespace stockpot::data
