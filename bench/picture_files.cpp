// SPDX-License-Identifier: Apache-2.0
#include "bench/picture_files.hpp"

#include <fmt/format.h>

#include <fstream>

#include "core/error.hpp"
#include "core/random.hpp"

namespace stockpot::bench {
namespace {

namespace fs = std::filesystem;

void append_random(std::string& bytes, std::int64_t count, RandomStream& random) {
  for (std::int64_t i = 0; i < count; ++i) bytes.push_back(static_cast<char>(random.bits() & 255U));
}

void write(const fs::path& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw IoError(path.string() + " cannot be written");
}

}  // namespace

void write_cifar(const fs::path& file, std::int64_t count) {
  constexpr std::int64_t kSide = 32;
  RandomStream random(1, Purpose::random_score);
  std::string bytes;
  for (std::int64_t i = 0; i < count; ++i) {
    bytes.push_back(static_cast<char>(i % 10));
    append_random(bytes, 3 * kSide * kSide, random);
  }
  write(file, bytes);
}

data::PictureList numbered(const fs::path& folder, std::int64_t count) {
  data::PictureList list{.folder = folder, .paths = {}, .labels = {}, .read = {}};
  for (std::int64_t i = 0; i < count; ++i) list.paths.push_back(folder / std::to_string(i));
  list.labels.resize(list.paths.size());
  return list;
}

data::PictureList gtsrb_like(const fs::path& folder, std::int64_t count) {
  fs::create_directories(folder);
  RandomStream random(1, Purpose::random_score);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t width = 25 + i * 37 % 70, height = width + i % 7 - 3;
    std::string file = fmt::format("P6\n{} {}\n255\n", width, height);
    append_random(file, 3 * width * height, random);
    write(folder / std::to_string(i), file);
  }
  auto list = numbered(folder, count);
  list.read = data::read_ppm;
  return list;
}

}  // namespace stockpot::bench
