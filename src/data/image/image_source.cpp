// SPDX-License-Identifier: Apache-2.0
#include "data/image/image_source.hpp"

#include <algorithm>
#include <array>

#include "data/image/cars.hpp"
#include "data/image/cifar.hpp"
#include "data/image/class_names.hpp"
#include "data/image/clip_transform.hpp"
#include "data/image/gtsrb.hpp"
#include "data/image/idx.hpp"
#include "data/image/image_folder.hpp"
#include "data/image/svhn.hpp"

namespace stockpot::data {
namespace {

/// Readers of sets with one size of image, as a row of the table wants them.
template <ImageSet (*read)(const SourceFolder&, Part)>
ImageSet of_one_size(const SourceFolder& folder, Part part, const KeptSize&) {
  return read(folder, part);
}

ImageSet read_ten_classes(const SourceFolder& folder, Part part) {
  return read_idx(folder, part, 10);
}

constexpr const char* kMnistOrigin = "the four *-ubyte.gz files of MNIST (docs/data.md)";
constexpr const char* kFashionOrigin =
    "Debian: apt-get install dataset-fashion-mnist; or github.com/zalandoresearch/fashion-mnist";
constexpr const char* kCifarOrigin =
    "the \"binary version\" of www.cs.toronto.edu/~kriz/cifar.html, unpacked";
constexpr const char* kSvhnOrigin = "Format 2 (cropped digits) of ufldl.stanford.edu/housenumbers";
constexpr const char* kGtsrbOrigin =
    "benchmark.ini.rub.de/gtsrb_dataset.html, unpacked (docs/data.md)";
constexpr const char* kFolderOrigin =
    "train/<class>/ and test/<class>/ with pictures (docs/data.md)";
constexpr const char* kCarsOrigin =
    "Stanford Cars: cars_train/, cars_test/, devkit/ and the test annotations with labels "
    "(docs/data.md)";

std::vector<std::string> no_names() { return {}; }

/// Mean and deviation of MNIST and Fashion-MNIST: of all pixels of the training set, checked by a
/// test. CIFAR and SVHN: the values that the field uses (of the training sets). GTSRB and Cars:
/// CLIP's. Own pictures: ImageNet's, as torchvision gives them.
const std::array<ImageSource, 8> kSources{{
    {"fashion_mnist",
     "/usr/share/datasets/fashion-mnist",
     kFashionOrigin,
     fashion_names,
     of_one_size<read_ten_classes>,
     0,
     {{0.2860}, {0.3530}},
     nullptr,
     count_idx},
    {"mnist",
     "",
     kMnistOrigin,
     digit_names,
     of_one_size<read_ten_classes>,
     0,
     {{0.1307}, {0.3081}},
     nullptr,
     count_idx},
    {"cifar10",
     "",
     kCifarOrigin,
     cifar10_names,
     of_one_size<read_cifar10>,
     0,
     {{0.4914, 0.4822, 0.4465}, {0.2470, 0.2435, 0.2616}},
     nullptr,
     count_cifar10},
    {"cifar100",
     "",
     kCifarOrigin,
     cifar100_names,
     of_one_size<read_cifar100>,
     0,
     {{0.5071, 0.4865, 0.4409}, {0.2673, 0.2564, 0.2762}},
     nullptr,
     count_cifar100},
    {"svhn",
     "",
     kSvhnOrigin,
     digit_names,
     of_one_size<read_svhn>,
     0,
     {{0.4377, 0.4438, 0.4728}, {0.1980, 0.2010, 0.1970}},
     nullptr,
     count_svhn},
    {"gtsrb", "", kGtsrbOrigin, gtsrb_names, read_gtsrb, 32, kClipNormalisation, list_gtsrb},
    {"cars", "", kCarsOrigin, cars_names, read_cars, 64, kClipNormalisation, list_cars},
    {"image_folder",
     "",
     kFolderOrigin,
     no_names,
     read_image_folder,
     64,
     {{0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}},
     list_image_folder},
}};

}  // namespace

const ImageSource* find_image_source(std::string_view name) {
  const auto row = std::find_if(kSources.begin(), kSources.end(),
                                [&](const ImageSource& source) { return source.name == name; });
  return row == kSources.end() ? nullptr : &*row;
}

std::string image_source_names() {
  std::string names;
  for (const ImageSource& source : kSources)
    names.append(names.empty() ? "" : " ").append(source.name);
  return names;
}

}  // namespace stockpot::data
