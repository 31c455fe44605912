// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>

#include "data/image/cars.hpp"
#include "data/image/clip_transform.hpp"
#include "data/image/corruption.hpp"
#include "data/image/gtsrb.hpp"
#include "data/image/mat_file.hpp"
#include "data/image/svhn.hpp"
#include "data/load.hpp"
#include "files.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using namespace stockpot::data;
using namespace stockpot::test;

namespace {

const std::filesystem::path kGolden = STOCKPOT_SOURCE_DIR "/tests/golden";
constexpr KeptSize kUnchanged{.side = 1 << 20, .square = false, .only_shrink = true};

SourceFolder golden(const std::string& set) { return {kGolden / "images" / set, "the origin"}; }

/// CRC-32 of an image as [H, W, C].
std::uint32_t interleaved_crc(const ImageView& image) {
  ByteList bytes;
  const std::int64_t plane = image.height * image.width;
  for (std::int64_t p = 0; p < plane; ++p)
    for (std::int64_t c = 0; c < image.channels; ++c) bytes.push_back(image.planes[c * plane + p]);
  return static_cast<std::uint32_t>(::crc32(0, bytes.data(), static_cast<uInt>(bytes.size())));
}

/// Words of the lines of images.txt that begin with `kind`.
std::vector<std::vector<std::string>> expected(const std::string& kind) {
  std::ifstream file(kGolden / "images.txt");
  std::vector<std::vector<std::string>> lines;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::vector<std::string> all{std::istream_iterator<std::string>(words), {}};
    if (all[0] == kind) lines.push_back(all);
  }
  return lines;
}

ByteList ppm(int width, int height, int value) {
  const std::string header =
      "P6\n# a comment\n" + std::to_string(width) + " " + std::to_string(height) + "\n255\n";
  ByteList bytes(header.begin(), header.end());
  for (int p = 0; p < width * height; ++p)
    for (int c = 0; c < 3; ++c) bytes.push_back(static_cast<std::uint8_t>(value + 10 * c + p));
  return bytes;
}

void write_text(const std::filesystem::path& path, const std::string& text) {
  write_bytes(path, ByteList(text.begin(), text.end()));
}

/// A GTSRB training folder with one picture per class, and a test folder with two.
void write_gtsrb(const std::filesystem::path& root) {
  for (int label = 0; label < 43; ++label) {
    char name[16];
    std::snprintf(name, sizeof name, "%05d", label);
    const auto folder = root / "GTSRB/Training" / name;
    std::filesystem::create_directories(folder);
    write_bytes(folder / "00000_00000.ppm", ppm(5 + label % 3, 6, label));
    write_text(folder / ("GT-" + std::string(name) + ".csv"),
               "Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId\r\n00000_00000.ppm;5;6;0;"
               "0;4;5;" +
                   std::to_string(label) + "\r\n");
  }
  std::filesystem::create_directories(root / "GTSRB/Final_Test/Images");
  write_bytes(root / "GTSRB/Final_Test/Images/00000.ppm", ppm(8, 9, 1));
  write_bytes(root / "GTSRB/Final_Test/Images/00001.ppm", ppm(4, 3, 2));
  write_text(root / "GT-final_test.csv",
             "Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId\n00000.ppm;8;9;0;0;1;1;"
             "16\n00001.ppm;4;3;0;0;1;1;1\n");
}

/// As numpy.save writes it.
ByteList npy(const std::string& type, const std::string& shape, const ByteList& data) {
  std::string header =
      "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
  header.resize((10 + header.size() + 1 + 63) / 64 * 64 - 10 - 1, ' ');
  header += '\n';
  std::string start = "\x93NUMPY\x01";
  start += {'\0', static_cast<char>(header.size() % 256), static_cast<char>(header.size() / 256)};
  start += header;
  ByteList bytes(start.begin(), start.end());
  bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}

}  // namespace

TEST(Svhn, ReadsWhatScipyReads) {
  const ImageSet set = read_svhn(golden("svhn"), Part::train);
  const auto lines = expected("svhn");
  ASSERT_EQ(set.size(), static_cast<std::int64_t>(lines.size()));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(std::to_string(set.labels[i]), lines[i][2]);
    EXPECT_EQ(std::to_string(interleaved_crc(set.view(static_cast<std::int64_t>(i)))), lines[i][3]);
  }
}

TEST(Svhn, ReadsUncompressedFilesAndLabelTenIsDigitZero) {
  const ImageSet set = read_svhn(golden("svhn"), Part::test);
  ASSERT_EQ(set.size(), 2);
  EXPECT_EQ(set.labels, (std::vector<std::int32_t>{1, 0}));
  EXPECT_EQ(std::to_string(interleaved_crc(set.view(1))), expected("svhn")[1][3]);
}

TEST(Cars, DecodesAsPillowAndNumbersClassesFromZero) {
  const auto lines = expected("jpeg");
  std::size_t line = 0;
  for (const Part part : {Part::train, Part::test}) {
    const ImageSet set = read_cars(golden("cars"), part, kUnchanged);
    EXPECT_EQ(set.labels[0], 13);
    EXPECT_EQ(set.labels[1], 195);
    for (std::int64_t i = 0; i < set.size(); ++i, ++line) {
      EXPECT_EQ(std::to_string(set.view(i).height), lines[line][2]);
      EXPECT_EQ(std::to_string(set.view(i).width), lines[line][3]);
      EXPECT_EQ(std::to_string(interleaved_crc(set.view(i))), lines[line][4]) << lines[line][1];
    }
  }
  EXPECT_EQ(line, lines.size());
}

TEST(Gtsrb, ReadsEveryClassFolderAndTheTestTable) {
  const TempDir folder;
  write_gtsrb(folder.path());
  const ImageSet train = read_gtsrb({folder.path(), ""}, Part::train, kUnchanged);
  ASSERT_EQ(train.size(), 43);
  EXPECT_EQ(train.labels[42], 42);
  EXPECT_EQ(train.view(1).width, 6);
  EXPECT_EQ(train.view(2).planes[0], 2);       // red of the first pixel of class 2
  EXPECT_EQ(train.view(2).planes[7 * 6], 12);  // its green
  const ImageSet test = read_gtsrb({folder / "GTSRB", ""}, Part::train, {.side = 12});
  EXPECT_EQ(test.view(7).height * 100 + test.view(7).width, 1212);
  EXPECT_EQ(read_gtsrb({folder.path(), ""}, Part::test, kUnchanged).labels,
            (std::vector<std::int32_t>{16, 1}));
}

TEST(Gtsrb, RefusesBadTables) {
  const TempDir folder;
  write_gtsrb(folder.path());
  const std::string title = "Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId\n";
  const auto refuse = [&](const std::string& table, const std::vector<std::string>& parts) {
    write_text(folder / "GT-final_test.csv", table);
    expect_error<DataError>([&] { read_gtsrb({folder.path(), ""}, Part::test, kUnchanged); },
                            parts);
  };
  refuse("", {"no rows"});
  refuse(title, {"no rows"});
  refuse("Filename,ClassId\n00000.ppm,1\n", {"line 1", "no column Filename"});
  refuse(title + "00000.ppm;8;9;0;0;1;1;43\n", {"line 2", "43"});
  refuse(title + "00000.ppm;8;9;0;0;1;1;1x\n", {"line 2", "1x"});
  refuse(title + "00000.ppm;8;9\n", {"line 2", "3 columns"});
  refuse(title + "absent.ppm;8;9;0;0;1;1;4\n", {"absent.ppm"});
  for (const std::string& name :
       std::vector<std::string>{"../00000.ppm", "/etc/passwd", ".", "..", "", "a/b.ppm", "-x.ppm",
                                std::string(200, 'a')})
    refuse(title + name + ";8;9;0;0;1;1;4\n", {"line 2", "plain name"});
}

TEST(Corruption, ReadsTheFifthOfItsSeverity) {
  const TempDir folder;
  ByteList data, labels;
  for (int i = 0; i < 10; ++i) {
    for (int p = 0; p < 3072; ++p) data.push_back(static_cast<std::uint8_t>(i * 20 + p % 3));
    labels.push_back(static_cast<std::uint8_t>(i));
  }
  write_bytes(folder / "fog.npy", npy("|u1", "(10, 32, 32, 3)", data));
  write_bytes(folder / "labels.npy", npy("|u1", "(10,)", labels));
  const ImageSet set = read_corruption({folder.path(), ""}, "fog", 3, 10);
  EXPECT_EQ(set.labels, (std::vector<std::int32_t>{4, 5}));
  EXPECT_EQ(set.view(1).planes[0], 100);
  EXPECT_EQ(set.view(1).planes[2 * 1024 + 5], 102);

  ByteList wide;
  for (int i = 0; i < 10; ++i)
    for (int b = 0; b < 8; ++b) wide.push_back(b == 0 ? static_cast<std::uint8_t>(i) : 0);
  write_bytes(folder / "labels.npy", npy("<i8", "(10,)", wide));
  EXPECT_EQ(read_corruption({folder.path(), ""}, "fog", 5, 10).labels,
            (std::vector<std::int32_t>{8, 9}));
  expect_error<DataError>([&] { read_corruption({folder.path(), ""}, "fog", 5, 9); },
                          {"labels.npy", "item 9", "label 9"});
}

TEST(Load, BringsEveryVaryingSetToOneSize) {
  const TempDir folder;
  write_gtsrb(folder.path());
  config::DataConfig config;
  config.name = "gtsrb";
  config.official = "no";
  config.dir = folder.path().string();
  const Splits native = load(config, 1), clip = load(config, 1, {.clip_side = 48});
  Batch batch;
  native.test.dataset->fill(native.test.indices, {}, batch);
  EXPECT_EQ(batch.pixels.size(), 2U * 3 * 32 * 32);
  clip.train.dataset->fill(clip.train.indices, {true, 1, 0, 0}, batch);
  EXPECT_EQ(batch.pixels.size(), clip.train.indices.size() * 3 * 48 * 48);
  EXPECT_EQ(clip.train.dataset->shape().classes, 43);
}

TEST(Load, NamesTheSetsThereAre) {
  config::DataConfig config;
  config.name = "imagenet";
  expect_error<ConfigError>([&] { load(config, 1); }, {"imagenet", "cifar10", "gtsrb"});
  config.name = "svhn";
  expect_error<ConfigError>([&] { load(config, 1); }, {"data.dir", "svhn"});
}

TEST(Gtsrb, RefusesARowOfAnotherClassThanItsFolders) {
  const TempDir folder;
  write_gtsrb(folder.path());
  write_text(folder / "GTSRB/Training/00014/GT-00014.csv",
             "Filename;ClassId\n00000_00000.ppm;15\n");
  expect_error<DataError>([&] { list_gtsrb({folder.path(), ""}, Part::train); },
                          {"GT-00014.csv", "line 2", "class 15", "class 14"});
}

TEST(Gtsrb, FindsTheTestTableBesideItsPictures) {
  const TempDir folder;
  write_gtsrb(folder.path());
  std::filesystem::rename(folder / "GT-final_test.csv",
                          folder / "GTSRB/Final_Test/GT-final_test.csv");
  EXPECT_EQ(list_gtsrb({folder.path(), ""}, Part::test).size(), 2);
}

TEST(Decode, NamesTheFirstTwentyUnreadablePicturesAndTheirNumber) {
  const TempDir folder;
  write_gtsrb(folder.path());
  const auto list = list_gtsrb({folder.path(), ""}, Part::train);
  for (std::size_t i = 10; i < 35; ++i) write_bytes(list.paths[i], {});
  try {
    decode(list, list.all(), kUnchanged);
    ADD_FAILURE();
  } catch (const DataError& error) {
    const std::string text = error.what();
    EXPECT_TRUE(text.starts_with("25 of 43 pictures cannot be read; the first 20")) << text;
    EXPECT_EQ(std::ranges::count(text, '\n'), 20);
    EXPECT_NE(text.find(list.paths[10].string()), std::string::npos);
    EXPECT_EQ(text.find(list.paths[30].string()), std::string::npos);
  }
}

TEST(Load, ReadsOnlyWhatIsWantedAndKeepsSmallPicturesSmall) {
  const TempDir folder;
  write_gtsrb(folder.path());
  config::DataConfig config;
  config.name = "gtsrb";
  config.official = "no";
  config.dir = folder.path().string();
  config.validation_size = 20;
  const Splits clip = load(config, 1, {.clip_side = 48});
  EXPECT_LT(resident_bytes(clip), 45 * (3 * 7 * 9 + 100));
  EXPECT_NE(clip.validation.dataset, clip.train.dataset);
  Batch batch;
  clip.test.dataset->fill(clip.test.indices, {}, batch);
  const auto list = list_gtsrb({folder.path(), ""}, Part::test);
  const ImageSet whole = decode(list, list.all(), {.side = 48, .square = false});
  kernels::BicubicResizer resizer;
  for (std::int64_t i = 0; i < 2; ++i) {
    std::vector<float> out(3 * 48 * 48);
    ClipTransform(48).apply(whole.view(i), i, {}, resizer, out);
    EXPECT_TRUE(std::equal(out.begin(), out.end(), batch.pixels.begin() + i * 3 * 48 * 48));
  }
  std::filesystem::remove_all(folder / "GTSRB/Training");
  const Splits test = load(config, 1, {.clip_side = 48}, {}, Wanted::only("test"));
  EXPECT_EQ(test.test.size(), 2);
  EXPECT_EQ(test.train.dataset, nullptr);
}

TEST(Load, ReadsOwnPicturesByTheirFolders) {
  const TempDir folder;
  for (const char* name : {"train/b", "train/a", "test/b"}) {
    std::filesystem::create_directories(folder / name);
    for (const char* file : {"1.ppm", "2.PPM", ".hidden"})
      write_bytes(folder / name / file, ppm(5, 6, 3));
  }
  config::DataConfig config;
  config.name = "image_folder";
  config.dir = folder.path().string();
  const Splits splits = load(config, 1);
  EXPECT_EQ(splits.train.dataset->class_names(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(splits.train.size(), 4);
  EXPECT_EQ(splits.test.dataset->label(0), 1);
  EXPECT_EQ(splits.test.dataset->shape().classes, 2);
  std::filesystem::rename(folder / "test/b", folder / "test/c");
  expect_error<DataError>([&] { load(config, 1); }, {"test/c", "train has no such class"});
  std::filesystem::remove_all(folder / "test");
  config.test_from_train = 0.5;
  EXPECT_EQ(load(config, 1).test.size(), 2);
  write_bytes(folder / "train/a/x.webp", {1});
  expect_error<DataError>([&] { load(config, 1); }, {"x.webp", ".jpg, .jpeg, .png and .ppm"});
}

TEST(Load, ShowsValidationPicturesAsItWouldShowThemInTheTestSet) {
  const TempDir folder;
  for (const char* name : {"train/a", "train/b", "test/a", "test/b"}) {
    std::filesystem::create_directories(folder / name);
    for (int i = 0; i < 4; ++i)  // larger than what training keeps of them
      write_bytes(folder / name / (std::to_string(i) + ".ppm"), ppm(90 + 7 * i, 80, 31 * i));
  }
  config::DataConfig config;
  config.name = "image_folder";
  config.dir = folder.path().string();
  config.validation_size = 3;
  const Splits splits = load(config, 1, {.clip_side = 48});
  Batch validation, test;
  splits.validation.dataset->fill(splits.validation.indices, {}, validation);
  splits.test.dataset->fill(splits.validation.indices, {}, test);  // the same files lie there
  EXPECT_EQ(validation.pixels, test.pixels);
  splits.train.dataset->fill(splits.train.indices, {}, validation);
  splits.test.dataset->fill(splits.train.indices, {}, test);
  EXPECT_NE(validation.pixels, test.pixels);  // training pictures are shrunk first
}

TEST(Pictures, ThatAreEmptyAreSaidToBe) {
  const TempDir folder;
  for (const char* name : {"a.ppm", "a.jpg"}) write_bytes(folder / name, {});
  expect_error<DataError>([&] { read_ppm(folder / "a.ppm"); }, {"a.ppm: is empty"});
  expect_error<DataError>([&] { read_jpeg(folder / "a.jpg"); }, {"a.jpg: is empty"});
}

TEST(Annotations, ShowTheClassThatIsNoWholeNumber) {
  const TempDir folder;
  write_gtsrb(folder.path());
  write_text(folder / "GT-final_test.csv", "Filename;ClassId\n00000.ppm;3.5\n");
  expect_error<DataError>([&] { list_gtsrb({folder.path(), ""}, Part::test); },
                          {"GT-final_test.csv: line 2: class \"3.5\"", "whole numbers 0 to 42"});
  const double number = 3.5;
  MatArray array;
  array.sizes = {1, 1};
  array.number_type = 9;  // miDOUBLE
  ByteList bytes(sizeof number);
  std::memcpy(bytes.data(), &number, sizeof number);
  array.data = bytes;
  expect_error<DataError>([&] { array.integer(0, "annos.mat: annotation 3: class"); },
                          {"annos.mat: annotation 3: class: 3.5 is no whole number"});
  array.name = "y";
  expect_error<DataError>([&] { array.integer(0, "x.mat"); }, {"x.mat: number 0 of y: 3.5 is no"});
}
