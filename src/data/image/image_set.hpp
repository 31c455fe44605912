// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/dataset.hpp"
#include "data/image/transform.hpp"
#include "data/input_file.hpp"

namespace stockpot::data {

/// Which of the two official parts of a set.
enum class Part { train, test };

/// What is known of a part with one size of image before its pixels are read.
struct ImageCount {
  std::int64_t images = 0, channels = 0, height = 0, width = 0;
  struct File {
    std::filesystem::path path;
    std::uint64_t bytes = 0;  ///< of its content, unpacked
  };
  std::vector<File> files = {};  ///< that would be read, in that order
};

/// Where an image lies in ImageSet::pixels.
struct ImagePlace {
  std::size_t offset = 0;
  std::int32_t height = 0, width = 0;  ///< 0: the picture was not wanted, there is none
};

/// Decoded images of one official part, in its order.
struct ImageSet {
  std::int64_t channels = 0;
  Bytes pixels;                      ///< image after image, each [C, H, W]
  std::vector<ImagePlace> places;    ///< [N]
  std::vector<std::int32_t> labels;  ///< [N]

  std::int64_t size() const { return static_cast<std::int64_t>(places.size()); }
  ImageView view(std::int64_t index) const;

  /// Lay out `count` images of one size, back to back.
  void place_equal(std::int64_t count, std::int64_t height, std::int64_t width);
};

/// Images in memory as uint8, transformed on the fly. Immutable once its pictures are there.
class ImageDataset final : public Dataset {
 public:
  ImageDataset(ImageSet set, std::shared_ptr<const ImageTransform> transform,
               std::vector<std::string> class_names);

  /// Give a set that was made without pictures those of `places` [N]. LogicError where one lies
  /// outside `pixels`.
  void take_pictures(Bytes pixels, std::vector<ImagePlace> places);

  std::int64_t size() const override { return set_.size(); }
  DataShape shape() const override { return shape_; }
  const std::vector<std::string>& class_names() const override { return class_names_; }
  std::int64_t label(std::int64_t index) const override {
    return set_.labels[static_cast<std::size_t>(index)];
  }
  std::int64_t bytes() const override;
  void fill(std::span<const std::int64_t> indices, const Augmentation& augmentation,
            Batch& batch) const override;

 private:
  ImageSet set_;
  std::shared_ptr<const ImageTransform> transform_;
  std::vector<std::string> class_names_;
  DataShape shape_;
};

}  // namespace stockpot::data
