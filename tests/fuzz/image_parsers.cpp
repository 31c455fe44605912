// SPDX-License-Identifier: Apache-2.0
#include "fuzz/image_parsers.hpp"

#include <fstream>

#include "data/image/cars.hpp"
#include "data/image/cifar.hpp"
#include "data/image/decode.hpp"
#include "data/image/gtsrb.hpp"
#include "data/image/idx.hpp"
#include "data/image/npy_file.hpp"
#include "data/image/svhn.hpp"

namespace stockpot::test {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, const std::string& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

void nothing(const fs::path&) {}
void three_labels(const fs::path& folder) {
  write(folder / "t10k-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\x03\x01\x02\x03", 11));
}
void a_ppm(const fs::path& folder) {
  write(folder / "Final_Test/Images/00000.ppm", "P6\n1 2\n255\nabcdef");
}
void the_golden_cars(const fs::path& folder) {
  fs::copy(fs::path(STOCKPOT_SOURCE_DIR) / "tests/golden/images/cars/cars_train",
           folder / "cars_train", fs::copy_options::recursive | fs::copy_options::skip_existing);
}

}  // namespace

std::vector<ImageParser> image_parsers() {
  using namespace data;
  return {
      {"idx", "t10k-images-idx3-ubyte", three_labels,
       [](const auto& folder) { read_idx({folder, ""}, Part::test, 10); }},
      {"gzip", "file.gz", nothing,
       [](const auto& folder) { read_file_or_gzip(folder / "file.gz"); }},
      {"cifar", "test_batch.bin", nothing,
       [](const auto& folder) { read_cifar10({folder, ""}, Part::test); }},
      {"mat", "test_32x32.mat", nothing,
       [](const auto& folder) { read_svhn({folder, ""}, Part::test); }},
      {"cars", "devkit/cars_train_annos.mat", the_golden_cars,
       [](const auto& folder) { read_cars({folder, ""}, Part::train, {.side = 8}); }},
      {"gtsrb", "GT-final_test.csv", a_ppm,
       [](const auto& folder) { read_gtsrb({folder, ""}, Part::test, {.side = 8}); }},
      {"ppm", "file.ppm", nothing, [](const auto& folder) { read_ppm(folder / "file.ppm"); }},
      {"jpeg", "file.jpg", nothing, [](const auto& folder) { read_jpeg(folder / "file.jpg"); }},
      {"npy", "file.npy", nothing, [](const auto& folder) { NpyFile(folder / "file.npy"); }},
  };
}

}  // namespace stockpot::test
