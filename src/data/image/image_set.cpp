// SPDX-License-Identifier: Apache-2.0
#include "data/image/image_set.hpp"

#include <utility>

#include "core/error.hpp"
#include "core/parallel.hpp"

namespace stockpot::data {
namespace {

/// Floats per batch from which more than one thread pays.
constexpr std::int64_t kParallelFloats = 1 << 16;

}  // namespace

ImageView ImageSet::view(std::int64_t index) const {
  const ImagePlace& place = places[static_cast<std::size_t>(index)];
  return {pixels.data() + place.offset, channels, place.height, place.width};
}

void ImageSet::place_equal(std::int64_t count, std::int64_t height, std::int64_t width) {
  places.resize(static_cast<std::size_t>(count));
  const auto stride = static_cast<std::size_t>(channels * height * width);
  expect(stride * places.size() == pixels.size(), "images of one size must fill the pixels");
  for (std::size_t i = 0; i < places.size(); ++i)
    places[i] = {i * stride, static_cast<std::int32_t>(height), static_cast<std::int32_t>(width)};
}

ImageDataset::ImageDataset(ImageSet set, std::shared_ptr<const ImageTransform> transform,
                           std::vector<std::string> class_names)
    : set_(std::move(set)),
      transform_(std::move(transform)),
      class_names_(std::move(class_names)),
      shape_(transform_->shape()) {
  expect(set_.labels.size() == set_.places.size(), "every image needs a label");
  shape_.classes = static_cast<std::int64_t>(class_names_.size());
}

void ImageDataset::take_pictures(Bytes pixels, std::vector<ImagePlace> places) {
  expect(places.size() == set_.places.size(), "every picture needs a place", places.size());
  for (const auto& [offset, height, width] : places) {
    const auto bytes = static_cast<std::size_t>(set_.channels * height * width);
    expect(height >= 0 && width >= 0 && bytes <= pixels.size() && offset <= pixels.size() - bytes,
           "a picture lies outside the pixels", offset);
  }
  set_.pixels = std::move(pixels);
  set_.places = std::move(places);
}

std::int64_t ImageDataset::bytes() const {
  return static_cast<std::int64_t>(set_.pixels.size() + set_.places.size() * sizeof(ImagePlace) +
                                   set_.labels.size() * sizeof(set_.labels[0]));
}

void ImageDataset::fill(std::span<const std::int64_t> indices, const Augmentation& augmentation,
                        Batch& batch) const {
  batch.size = static_cast<std::int64_t>(indices.size());
  const std::int64_t floats = shape_.channels * shape_.height * shape_.width;
  batch.pixels.resize(static_cast<std::size_t>(batch.size * floats));
  batch.labels.resize(indices.size());
  batch.targets.clear();
  batch.token_ids.clear();
  batch.token_types.clear();
  batch.lengths.clear();
  batch.tokens = 0;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    expect(indices[i] >= 0 && indices[i] < size(), "sample index outside the data set");
    expect(set_.places[static_cast<std::size_t>(indices[i])].height > 0,
           "a picture that was not read", indices[i]);
    batch.labels[i] = label(indices[i]);
  }
  FirstFailure failure;
#pragma omp parallel if (batch.size * floats >= kParallelFloats)
  {
    kernels::BicubicResizer resizer;
#pragma omp for schedule(static)
    for (std::int64_t i = 0; i < batch.size; ++i) {
      const std::int64_t index = indices[static_cast<std::size_t>(i)];
      const std::span out(batch.pixels.data() + i * floats, static_cast<std::size_t>(floats));
      failure.guard(
          i, [&] { transform_->apply(set_.view(index), index, augmentation, resizer, out); });
    }
  }
  failure.rethrow();
}

}  // namespace stockpot::data
