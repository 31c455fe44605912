#include "data/image/image_source.hpp"

#include <algorithm>
#include <array>

#include "core/error.hpp"
#include "data/image/cifar.hpp"
#include "data/image/class_names.hpp"
#include "data/image/idx.hpp"

namespace stockpot::data {
namespace {

ImageSet read_ten_classes(const SourceFolder& folder, Part part) { return read_idx(folder, part, 10); }

/// Mean and deviation of MNIST and Fashion-MNIST: of all pixels of the training set, checked by a test. CIFAR: the values that the field uses.
const std::array<ImageSource, 4> kSources{{
    {"fashion_mnist", "/usr/share/datasets/fashion-mnist", "Debian: apt-get install dataset-fashion-mnist; or github.com/zalandoresearch/fashion-mnist",
     fashion_names, read_ten_classes, {{0.2860}, {0.3530}}},
    {"mnist", "", "the four *-ubyte.gz files of MNIST (docs/data.md)", digit_names, read_ten_classes, {{0.1307}, {0.3081}}},
    {"cifar10", "", "cifar-10-binary.tar.gz of www.cs.toronto.edu/~kriz/cifar.html, unpacked", cifar10_names, read_cifar10,
     {{0.4914, 0.4822, 0.4465}, {0.2470, 0.2435, 0.2616}}},
    {"cifar100", "", "cifar-100-binary.tar.gz of www.cs.toronto.edu/~kriz/cifar.html, unpacked", cifar100_names, read_cifar100,
     {{0.5071, 0.4865, 0.4409}, {0.2673, 0.2564, 0.2762}}},
}};

std::shared_ptr<const Dataset> load_part(const ImageSource& source, const SourceFolder& folder, Part part, Shift shift) {
  ImageSet set = source.read(folder, part);
  const ImageView first = set.view(0);
  auto transform = std::make_shared<ShiftTransform>(first.channels, first.height, first.width, source.normalisation, shift);
  return std::make_shared<ImageDataset>(std::move(set), std::move(transform), source.class_names());
}

}  // namespace

const ImageSource* find_image_source(std::string_view name) {
  const auto row = std::find_if(kSources.begin(), kSources.end(), [&](const ImageSource& source) { return source.name == name; });
  return row == kSources.end() ? nullptr : &*row;
}

std::string image_source_names() {
  std::string names;
  for (const ImageSource& source : kSources) names.append(names.empty() ? "" : " ").append(source.name);
  return names;
}

OfficialSets load_images(const ImageSource& source, const config::DataConfig& config, const ImageForm&) {
  const SourceFolder folder{config.dir.empty() ? source.default_dir : config.dir, std::string(source.origin)};
  if (folder.path.empty()) throw ConfigError("data.dir is empty", std::string(source.name) + " has no usual place", "--data.dir=<folder>; " + folder.origin);
  const Shift shift = shift_named(config.augment);
  return {load_part(source, folder, Part::train, shift), load_part(source, folder, Part::test, Shift::none)};
}

}  // namespace stockpot::data
