// libFuzzer entry of every parser of image data: the first byte chooses the parser, the others are its file.
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -fopenmp -Isrc -Itests tests/fuzz/image_parsers*.cpp \
//     $(find src/core src/data src/kernels -name '*.cpp') -lz -lturbojpeg -lhwy -o image_fuzz      (without src/data/text)
//   ./image_fuzz -max_len=65536 -rss_limit_mb=256 -timeout=5 -max_total_time=60
#include <cstdint>
#include <fstream>

#include "core/error.hpp"
#include "fuzz/image_parsers.hpp"
#include "support/temp_dir.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace stockpot;
  static const std::vector<test::ImageParser> kParsers = test::image_parsers();
  static const test::TempDir kFolder;
  if (size == 0) return 0;
  const test::ImageParser& parser = kParsers[data[0] % kParsers.size()];
  const auto path = kFolder / parser.file;
  std::filesystem::create_directories(path.parent_path());
  {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(data + 1), static_cast<std::streamsize>(size - 1));
  }
  try {
    parser.read(kFolder.path());
  } catch (const DataError&) {
  }
  return 0;
}
