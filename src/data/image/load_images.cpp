// SPDX-License-Identifier: Apache-2.0
#include "data/image/load_images.hpp"

#include "core/error.hpp"
#include "data/image/clip_transform.hpp"
#include "data/image/corruption.hpp"
#include "data/outline.hpp"

namespace stockpot::data {
namespace {

/// Whether a file is read in no time, so that a check compares its checksum too.
bool is_small(const std::filesystem::path& path) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path, error);
  return !error && bytes <= 1 << 20;
}

/// All that turns files of one set into data sets for one model.
struct Loader {
  const ImageSource& source;
  const config::DataConfig& config;
  const ImageForm& form;
  io::InputDigests* digests = nullptr;
  std::vector<UnreadPictures>* unread = nullptr;
  Shift shift = Shift::none;

  /// How pictures of varying size are kept: never larger than the file's where the model resizes
  /// them anyway, so that nothing is held that a resize can make again.
  KeptSize kept_size(bool training) const {
    if (form.clip_side == 0) return {.side = source.side, .square = true};
    return {.side = training ? form.clip_side + form.clip_side / 8 : form.clip_side,
            .square = false,
            .only_shrink = true};
  }

  std::shared_ptr<const ImageTransform> transform_to(const DataShape& own) const {
    if (form.clip_side > 0)
      return std::make_shared<ClipTransform>(form.clip_side, crop_named(config.crop));
    return std::make_shared<ShiftTransform>(own.channels, own.height, own.width,
                                            source.normalisation, shift);
  }

  /// Images of one size that nobody wants to see.
  std::shared_ptr<const Dataset> outline_of(const ImageCount& count) const {
    auto shape = transform_to({count.channels, count.height, count.width})->shape();
    auto names = source.class_names();
    shape.classes = static_cast<std::int64_t>(names.size());
    return outline(count.images, shape, std::move(names),
                   count.channels * count.height * count.width);
  }

  /// Images of one size, whole in memory.
  std::shared_ptr<const Dataset> dataset_of(ImageSet set) const {
    const ImageView first = set.view(0);
    auto transform = transform_to({first.channels, first.height, first.width});
    return std::make_shared<ImageDataset>(std::move(set), std::move(transform),
                                          source.class_names());
  }

  /// The pictures `indices` of the list; if only their number is wanted, they are looked for, and
  /// if somebody else will decode them, they are told to him.
  Split split_of(const PictureList& list, std::vector<std::int64_t> indices, bool training,
                 const Wanted& wanted) const {
    auto names = list.class_names.empty() ? source.class_names() : list.class_names;
    const bool later = wanted.contents && unread != nullptr;
    if (!wanted.contents || later) find_absent(list, indices);
    const auto now = wanted.contents && !later ? std::span<const std::int64_t>(indices)
                                               : std::span<const std::int64_t>();
    const auto size = kept_size(training);
    auto dataset = std::make_shared<ImageDataset>(decode(list, now, size, digests),
                                                  transform_to({3, source.side, source.side}),
                                                  std::move(names));
    if (later && !indices.empty()) unread->emplace_back(list, indices, size, dataset);
    return {std::move(dataset), std::move(indices)};
  }
};

Splits load_pictures(const Loader& loader, const SourceFolder& folder, std::uint64_t seed,
                     const Wanted& wanted, OfficialCheck& official) {
  Splits splits;
  const auto& config = loader.config;
  if (wanted.any_of_training(config)) {
    const PictureList list = loader.source.list(folder, Part::train);
    official.count(Part::train, list.size());
    auto choice = choose_training(list.size(), config, seed);
    if (wanted.train) splits.train = loader.split_of(list, std::move(choice.train), true, wanted);
    if (wanted.validation)
      splits.validation = loader.split_of(list, std::move(choice.validation), false, wanted);
    if (wanted.test && config.test_from_train > 0)
      splits.test = loader.split_of(list, std::move(choice.test), false, wanted);
  }
  if (wanted.official_test(config)) {
    const PictureList list = loader.source.list(folder, Part::test);
    official.count(Part::test, list.size());
    splits.test = loader.split_of(list, choose_test(list.size(), config, seed), false, wanted);
  }
  return splits;
}

}  // namespace

Splits load_images(const ImageSource& source, const std::filesystem::path& dir,
                   const config::DataConfig& config, std::uint64_t seed, const ImageForm& form,
                   const Wanted& wanted, OfficialCheck& official, io::InputDigests* digests,
                   std::vector<UnreadPictures>* unread) {
  const SourceFolder folder{dir, std::string(source.origin), digests};
  const Loader loader{source, config, form, digests, unread, shift_named(config.augment)};
  if (source.list != nullptr) return load_pictures(loader, folder, seed, wanted, official);
  const auto read = [&](Part part) {
    if (!wanted.contents) {
      const ImageCount count = source.count(folder, part);
      official.count(part, count.images);
      for (const auto& [path, bytes] : count.files) {
        official.size(dir, path, bytes);
        if (digests != nullptr && is_small(path))
          read_file_or_gzip(path, kLargestInput, digests);  // for its checksum
      }
      return loader.outline_of(count);
    }
    auto set = source.read(folder, part, loader.kept_size(part == Part::train));
    official.count(part, set.size());
    return loader.dataset_of(std::move(set));
  };
  OfficialSets sets;
  if (wanted.any_of_training(config)) sets.train = read(Part::train);
  if (wanted.official_test(config)) sets.test = read(Part::test);
  return choose_splits(sets, config, seed);
}

SourceFolder corruption_folder(const config::DataConfig& config) {
  return {config.corruptions,
          "zenodo.org/records/2535967 (CIFAR-10-C) or 3555552 (CIFAR-100-C), unpacked"};
}

Split load_corruption(const config::DataConfig& config, const std::string& corruption, int severity,
                      std::uint64_t seed, const ImageForm& form) {
  const auto* source = find_image_source(config.name);
  expect(source != nullptr, "corruptions are of images");
  const auto classes = static_cast<std::int64_t>(source->class_names().size());
  auto set = read_corruption(corruption_folder(config), corruption, severity, classes);
  return choose_test(Loader{*source, config, form}.dataset_of(std::move(set)), config, seed);
}

}  // namespace stockpot::data
