// SPDX-License-Identifier: Apache-2.0
#include "data/image/transform.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "core/random.hpp"

namespace stockpot::data {
namespace {

/// How one image is moved: out(y, x) = in(y + dy, x + dx), then mirrored.
struct Move {
  std::int64_t dy = 0, dx = 0;
  bool mirrored = false;
};

Move draw_move(Shift shift, std::int64_t height, std::int64_t width, std::int64_t index,
               const Augmentation& a) {
  if (!a.enabled || shift == Shift::none) return {};
  RandomStream random(
      a.seed, Purpose::augmentation,
      {.round = a.epoch, .denoiser = a.denoiser, .sample = static_cast<std::uint32_t>(index)});
  const auto within = [&](std::int64_t reach) {
    return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(2 * reach + 1))) -
           reach;
  };
  Move move;
  move.dy = within(height / 8);
  move.dx = within(width / 8);
  move.mirrored = shift == Shift::crop_flip && random.below(2) == 1;
  return move;
}

void move_row(const std::uint8_t* row, std::int64_t width, const Move& move,
              const std::array<float, 256>& table, float* out) {
  const std::int64_t begin = std::max<std::int64_t>(0, -move.dx),
                     end = std::min(width, width - move.dx);
  std::fill(out, out + begin, table[0]);
  for (std::int64_t x = begin; x < end; ++x) out[x] = table[row[x + move.dx]];
  std::fill(out + end, out + width, table[0]);
  if (move.mirrored) std::reverse(out, out + width);
}

}  // namespace

PixelTable::PixelTable(const Normalisation& normalisation, std::int64_t channels)
    : values_(static_cast<std::size_t>(channels)) {
  for (std::size_t c = 0; c < values_.size(); ++c)
    for (std::size_t x = 0; x < 256; ++x)
      values_[c][x] = (static_cast<float>(x) / 255.0F - static_cast<float>(normalisation.mean[c])) /
                      static_cast<float>(normalisation.deviation[c]);
}

Shift shift_named(std::string_view name) {
  if (name == "none") return Shift::none;
  if (name == "crop") return Shift::crop;
  if (name == "crop_flip") return Shift::crop_flip;
  throw ConfigError("data.augment " + std::string(name) + " is not known", "",
                    "none, crop and crop_flip are");
}

ShiftTransform::ShiftTransform(std::int64_t channels, std::int64_t height, std::int64_t width,
                               const Normalisation& normalisation, Shift shift)
    : shape_{channels, height, width, 0}, table_(normalisation, channels), shift_(shift) {}

void ShiftTransform::apply(const ImageView& image, std::int64_t index,
                           const Augmentation& augmentation, kernels::BicubicResizer&,
                           std::span<float> out) const {
  expect(image.channels == shape_.channels && image.height == shape_.height &&
             image.width == shape_.width,
         "images of one size expected");
  const auto height = shape_.height, width = shape_.width;
  const Move move = draw_move(shift_, height, width, index, augmentation);
  for (std::int64_t c = 0; c < image.channels; ++c)
    for (std::int64_t y = 0; y < height; ++y) {
      const std::int64_t from = y + move.dy;
      float* row = out.data() + (c * height + y) * width;
      if (from < 0 || from >= height)
        std::fill(row, row + width, table_.channel(c)[0]);
      else
        move_row(image.planes + (c * height + from) * width, width, move, table_.channel(c), row);
    }
}

}  // namespace stockpot::data
