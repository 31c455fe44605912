// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <random>

#include "data/input_file.hpp"
#include "files.hpp"
#include "fuzz/image_parsers.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using namespace stockpot::test;

namespace {

ByteList read_bytes(const std::filesystem::path& path) {
  const data::Bytes bytes = data::read_file(path);
  return {bytes.data(), bytes.data() + bytes.size()};
}

ByteList text(const std::string& characters) { return {characters.begin(), characters.end()}; }

ByteList joined(ByteList first, const ByteList& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

/// Sound files of every parser.
std::map<std::string, std::vector<ByteList>> sound_files() {
  const std::filesystem::path images = STOCKPOT_SOURCE_DIR "/tests/golden/images";
  const ByteList zeros(3072, 7);
  return {
      {"idx", {idx_bytes({3, 4, 5}, 60, 250)}},
      {"gzip", {gzipped(idx_bytes({3, 4, 5}, 60, 250))}},
      {"cifar", {joined({4}, zeros)}},
      {"mat",
       {read_bytes(images / "svhn/train_32x32.mat"), read_bytes(images / "svhn/test_32x32.mat")}},
      {"cars", {read_bytes(images / "cars/devkit/cars_train_annos.mat")}},
      {"gtsrb", {text("Filename;Width;Height;ClassId\n00000.ppm;5;6;3")}},
      {"ppm", {joined(text("P6\n# c\n4 5\n255\n"), ByteList(60, 9))}},
      {"jpeg",
       {read_bytes(images / "cars/cars_train/00001.jpg"),
        read_bytes(images / "cars/cars_train/00002.jpg")}},
      {"png",
       {read_bytes(STOCKPOT_SOURCE_DIR "/tests/golden/png/rgb.png"),
        read_bytes(STOCKPOT_SOURCE_DIR "/tests/golden/png/palette_4_bits.png")}},
      {"npy",
       {joined(joined({0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 55, 0},
                      text("{'descr': '|u1', 'fortran_order': False, 'shape': (6,)}")),
               ByteList(6, 1))}},
      {"corruption_labels",
       {joined(joined({0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 57, 0},
                      text("{'descr': '|u1', 'fortran_order': False, 'shape': (5,), }")),
               ByteList(5, 1))}}};
}

/// One damage of a file, drawn from `random`: cut, overwritten with extreme values, swapped,
/// stretched.
ByteList damaged(ByteList bytes, std::mt19937& random) {
  const auto below = [&](std::size_t n) {
    return static_cast<std::size_t>(random()) % std::max<std::size_t>(n, 1);
  };
  for (std::size_t edits = 1 + below(3); edits > 0 && !bytes.empty(); --edits) {
    const std::size_t at =
        below(random() % 2 == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 256));
    switch (random() % 5) {
      case 0:
        bytes.resize(at);
        break;
      case 1:
        bytes[at] = static_cast<std::uint8_t>(random());
        break;
      case 2:
        std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    std::min<std::size_t>(4, bytes.size() - at), random() % 2 == 0 ? 0xFF : 0x00);
        break;
      case 3:
        bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), below(40),
                     static_cast<std::uint8_t>(random()));
        break;
      default:
        bytes[at] ^= static_cast<std::uint8_t>(1U << random() % 8);
    }
  }
  return bytes;
}

/// Peak of this process's memory, in bytes, since `forget_peak`; 0 where the kernel does not tell.
void forget_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }
std::size_t memory(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(field)) return std::stoull(line.substr(field.size() + 1)) * 1024;
  return 0;
}

struct DamagedFiles : testing::TestWithParam<ImageParser> {
  std::filesystem::path path() const { return folder / GetParam().file; }
  void SetUp() override {
    std::filesystem::create_directories(path().parent_path());
    GetParam().prepare(folder.path());
  }
  /// Read; true if the parser accepted. Anything but DataError fails the test.
  bool accepts() const {
    try {
      GetParam().read(folder.path());
      return true;
    } catch (const DataError& error) {
      EXPECT_NE(std::string(error.what()), "");
      return false;
    }
  }
  TempDir folder;
  const std::vector<ByteList> examples = sound_files().at(GetParam().name);
};

}  // namespace

TEST_P(DamagedFiles, AreReadWhileTheyAreSound) {
  for (const ByteList& sound : examples) {
    write_bytes(path(), sound);
    EXPECT_TRUE(accepts());
  }
}

TEST_P(DamagedFiles, AreRefusedWithinTheMemoryOfTheFile) {
  std::mt19937 random(7);
  forget_peak();
  const std::size_t before = memory("VmRSS");
  std::size_t largest = 0, refused = 0;
  for (const ByteList& sound : examples)
    for (int i = 0; i < 400; ++i) {
      const ByteList bytes = damaged(sound, random);
      largest = std::max(largest, bytes.size());
      write_bytes(path(), bytes);
      refused += accepts() ? 0 : 1;
    }
  EXPECT_GT(refused, 40U);
  EXPECT_LT(memory("VmHWM"), before + 2 * largest + (std::size_t{64} << 20));
}

TEST_P(DamagedFiles, EmptyFilesFoldersFifosAndEveryCutAreRefused) {
  write_bytes(path(), {});
  EXPECT_EQ(accepts(), false);
  for (const ByteList& sound : examples)
    for (std::size_t size = 0; size < sound.size(); size += 1 + sound.size() / 300) {
      write_bytes(path(),
                  ByteList(sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(size)));
      EXPECT_FALSE(accepts()) << size << " of " << sound.size() << " bytes";
    }
  std::filesystem::remove(path());
  EXPECT_FALSE(accepts());
  std::filesystem::create_directory(path());
  EXPECT_FALSE(accepts());
  std::filesystem::remove(path());
  ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
  EXPECT_FALSE(accepts());
}

INSTANTIATE_TEST_SUITE_P(Parsers, DamagedFiles, testing::ValuesIn(image_parsers()),
                         [](const auto& parser) { return parser.param.name; });

TEST(CarsAnnotations, NamesNeverLeaveTheFolder) {
  for (const char* name :
       {"../x.jpg", "/etc/passwd", "a/b", "..", ".hidden", "-option", "", "a b.jpg", "a\nb.jpg"})
    EXPECT_FALSE(data::is_plain_name(name)) << name;
  EXPECT_FALSE(data::is_plain_name(std::string("a\0b", 3)));
  EXPECT_FALSE(data::is_plain_name(std::string(129, 'a')));
  EXPECT_TRUE(data::is_plain_name("00001.jpg"));
}
