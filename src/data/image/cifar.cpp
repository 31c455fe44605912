// SPDX-License-Identifier: Apache-2.0
#include "data/image/cifar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <deque>

#include "core/error.hpp"

namespace stockpot::data {
namespace {

constexpr std::int64_t kSide = 32;
constexpr std::size_t kPixels = 3 * kSide * kSide;
constexpr std::size_t kMostRecords = 1'000'000;

/// Layout of a record: label bytes, of which the last one counts, then the pixels.
struct RecordLayout {
  std::vector<std::int32_t> classes;  ///< exclusive bound of each label byte
  std::size_t size() const { return classes.size() + kPixels; }
};

std::size_t count_records(const InputFile& file, const RecordLayout& layout) {
  const std::size_t count = file.size() / layout.size();
  if (count == 0 || count > kMostRecords || file.size() % layout.size() != 0)
    throw DataError(fmt::format("{}: {} bytes are not a whole number of records of {} bytes",
                                file.path().string(), file.size(), layout.size()),
                    "it was cut short, or is not the binary version of this set",
                    "fetch the binary version again");
  return count;
}

/// Read the records of `file` to image `first` and on.
void read_records(const InputFile& file, const RecordLayout& layout, std::size_t first,
                  ImageSet& set) {
  constexpr std::size_t kRecordsAtOnce = 1024;
  const std::size_t count = count_records(file, layout), labels = layout.classes.size();
  std::vector<std::uint8_t> chunk(std::min(count, kRecordsAtOnce) * layout.size());
  for (std::size_t begin = 0; begin < count; begin += kRecordsAtOnce) {
    const std::size_t records = std::min(kRecordsAtOnce, count - begin);
    file.read(begin * layout.size(), {chunk.data(), records * layout.size()});
    for (std::size_t r = 0; r < records; ++r) {
      const std::uint8_t* record = chunk.data() + r * layout.size();
      for (std::size_t l = 0; l < labels; ++l)
        if (record[l] >= layout.classes[l])
          throw DataError(fmt::format("{}: byte {}: label {}", file.path().string(),
                                      (begin + r) * layout.size() + l, record[l]),
                          fmt::format("labels lie below {}", layout.classes[l]));
      set.labels[first + begin + r] = record[labels - 1];
      std::memcpy(set.pixels.data() + (first + begin + r) * kPixels, record + labels, kPixels);
    }
  }
  file.done();
}

ImageSet read_files(const std::vector<std::filesystem::path>& paths, const RecordLayout& layout,
                    io::InputDigests* digests) {
  std::deque<InputFile> files;
  std::size_t total = 0;
  for (const auto& path : paths) total += count_records(files.emplace_back(path, digests), layout);
  ImageSet set;
  set.channels = 3;
  set.pixels = Bytes(total * kPixels);
  set.labels.resize(total);
  set.place_equal(static_cast<std::int64_t>(total), kSide, kSide);
  std::size_t first = 0;
  for (const InputFile& file : files) {
    read_records(file, layout, first, set);
    first += count_records(file, layout);
  }
  return set;
}

ImageCount count_files(const std::vector<std::filesystem::path>& paths, const RecordLayout& layout,
                       io::InputDigests* digests) {
  ImageCount count{.images = 0, .channels = 3, .height = kSide, .width = kSide};
  for (const auto& path : paths) {
    const InputFile file(path, digests);
    count.images += static_cast<std::int64_t>(count_records(file, layout));
    count.files.push_back({path, file.size()});
  }
  return count;
}

const RecordLayout kCifar10{{10}}, kCifar100{{20, 100}};

std::vector<std::filesystem::path> cifar10_files(const SourceFolder& folder, Part part) {
  if (part == Part::test)
    return {folder.find({"test_batch.bin", "cifar-10-batches-bin/test_batch.bin"})};
  std::vector<std::filesystem::path> paths;
  for (int i = 1; i <= 5; ++i) {
    const std::string name = fmt::format("data_batch_{}.bin", i);
    paths.push_back(folder.find({name, "cifar-10-batches-bin/" + name}));
  }
  return paths;
}

std::vector<std::filesystem::path> cifar100_files(const SourceFolder& folder, Part part) {
  const std::string name = part == Part::train ? "train.bin" : "test.bin";
  return {folder.find({name, "cifar-100-binary/" + name})};
}

}  // namespace

ImageSet read_cifar10(const SourceFolder& folder, Part part) {
  return read_files(cifar10_files(folder, part), kCifar10, folder.digests);
}

ImageSet read_cifar100(const SourceFolder& folder, Part part) {
  return read_files(cifar100_files(folder, part), kCifar100, folder.digests);
}

ImageCount count_cifar10(const SourceFolder& folder, Part part) {
  return count_files(cifar10_files(folder, part), kCifar10, folder.digests);
}

ImageCount count_cifar100(const SourceFolder& folder, Part part) {
  return count_files(cifar100_files(folder, part), kCifar100, folder.digests);
}

}  // namespace stockpot::data
