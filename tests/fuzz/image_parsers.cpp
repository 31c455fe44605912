// SPDX-License-Identifier: Apache-2.0
#include "fuzz/image_parsers.hpp"

#include <cstdlib>
#include <fstream>
#include <optional>

#include "core/error.hpp"
#include "data/image/cars.hpp"
#include "data/image/cifar.hpp"
#include "data/image/corruption.hpp"
#include "data/image/decode.hpp"
#include "data/image/gtsrb.hpp"
#include "data/image/idx.hpp"
#include "data/image/npy_file.hpp"
#include "data/image/svhn.hpp"

namespace stockpot::test {
namespace {

namespace fs = std::filesystem;
using namespace data;

void write(const fs::path& path, const std::string& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

/// Read a part whole. What its headers alone tell must be the same; they are never refused where
/// the whole is read.
void read_and_count(ImageSet (*read)(const fs::path&), ImageCount (*count)(const fs::path&),
                    const fs::path& folder) {
  std::optional<ImageCount> counted;
  try {
    counted = count(folder);
  } catch (const DataError&) {
  }
  const ImageSet set = read(folder);
  if (!counted || counted->images != set.size() || counted->channels != set.channels ||
      counted->height != set.places[0].height || counted->width != set.places[0].width)
    std::abort();
}

void nothing(const fs::path&) {}
void three_labels(const fs::path& folder) {
  write(folder / "t10k-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\x03\x01\x02\x03", 11));
}
void a_ppm(const fs::path& folder) {
  write(folder / "Final_Test/Images/00000.ppm", "P6\n1 2\n255\nabcdef");
}
void five_foggy_images(const fs::path& folder) {
  const std::string header = "{'descr': '|u1', 'fortran_order': False, 'shape': (5, 32, 32, 3)}";
  write(folder / "fog.npy", "\x93NUMPY\x01" + std::string(1, '\0') +
                                static_cast<char>(header.size()) + '\0' + header +
                                std::string(5UL * 3072, '\7'));
}
void the_golden_cars(const fs::path& folder) {
  fs::copy(fs::path(STOCKPOT_SOURCE_DIR) / "tests/golden/images/cars/cars_train",
           folder / "cars_train", fs::copy_options::recursive | fs::copy_options::skip_existing);
}

}  // namespace

std::vector<ImageParser> image_parsers() {
  return {
      {"idx", "t10k-images-idx3-ubyte", three_labels,
       [](const auto& folder) {
         read_and_count([](const auto& in) { return read_idx({in, ""}, Part::test, 10); },
                        [](const auto& in) { return count_idx({in, ""}, Part::test); }, folder);
       }},
      {"gzip", "file.gz", nothing,
       [](const auto& folder) { read_file_or_gzip(folder / "file.gz"); }},
      {"cifar", "test_batch.bin", nothing,
       [](const auto& folder) {
         read_and_count([](const auto& in) { return read_cifar10({in, ""}, Part::test); },
                        [](const auto& in) { return count_cifar10({in, ""}, Part::test); }, folder);
       }},
      {"mat", "test_32x32.mat", nothing,
       [](const auto& folder) {
         read_and_count([](const auto& in) { return read_svhn({in, ""}, Part::test); },
                        [](const auto& in) { return count_svhn({in, ""}, Part::test); }, folder);
       }},
      {"cars", "devkit/cars_train_annos.mat", the_golden_cars,
       [](const auto& folder) { read_cars({folder, ""}, Part::train, {.side = 8}); }},
      {"gtsrb", "GT-final_test.csv", a_ppm,
       [](const auto& folder) { read_gtsrb({folder, ""}, Part::test, {.side = 8}); }},
      {"ppm", "file.ppm", nothing, [](const auto& folder) { read_ppm(folder / "file.ppm"); }},
      {"jpeg", "file.jpg", nothing, [](const auto& folder) { read_jpeg(folder / "file.jpg"); }},
      {"png", "file.png", nothing, [](const auto& folder) { read_png(folder / "file.png"); }},
      {"npy", "file.npy", nothing, [](const auto& folder) { NpyFile(folder / "file.npy"); }},
      {"corruption_labels", "labels.npy", five_foggy_images,
       [](const auto& folder) {
         for (int severity = 1; severity <= kSeverities; ++severity)
           read_corruption({folder, ""}, "fog", severity, 10);
       }},
  };
}

}  // namespace stockpot::test
