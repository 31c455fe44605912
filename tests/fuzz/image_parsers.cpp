#include "fuzz/image_parsers.hpp"

#include "data/image/cars.hpp"
#include "data/image/cifar.hpp"
#include "data/image/decode.hpp"
#include "data/image/gtsrb.hpp"
#include "data/image/idx.hpp"
#include "data/image/svhn.hpp"
#include "data/image/npy_file.hpp"

namespace stockpot::test {

std::vector<ImageParser> image_parsers() {
  using namespace data;
  return {
      {"idx", "t10k-images-idx3-ubyte", [](const auto& folder) { read_idx({folder, ""}, Part::test, 10); }},
      {"gzip", "file.gz", [](const auto& folder) { read_file_or_gzip(folder / "file.gz"); }},
      {"cifar", "test_batch.bin", [](const auto& folder) { read_cifar10({folder, ""}, Part::test); }},
      {"mat", "test_32x32.mat", [](const auto& folder) { read_svhn({folder, ""}, Part::test); }},
      {"cars", "devkit/cars_train_annos.mat", [](const auto& folder) { read_cars({folder, ""}, Part::train, {.side = 8}); }},
      {"gtsrb", "GT-final_test.csv", [](const auto& folder) { read_gtsrb({folder, ""}, Part::test, {.side = 8}); }},
      {"ppm", "file.ppm", [](const auto& folder) { read_ppm(folder / "file.ppm"); }},
      {"jpeg", "file.jpg", [](const auto& folder) { read_jpeg(folder / "file.jpg"); }},
      {"npy", "file.npy", [](const auto& folder) { NpyFile(folder / "file.npy"); }},
  };
}

}  // namespace stockpot::test
