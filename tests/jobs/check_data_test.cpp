// SPDX-License-Identifier: Apache-2.0
// `run --check` finds data that `run` would refuse, without reading what it holds.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "jobs/check.hpp"
#include "jobs/data_sets.hpp"

using namespace stockpot;
using test::expect_exit;
using test::expect_foreseen;
using test::Images;
using test::settings;
using test::write_text;
namespace fs = std::filesystem;

TEST(Check, FindsDamagedHeadersAndMissingFilesOfImages) {
  const Images images;
  const auto& dir = images.folder.path();
  const auto words = settings("mnist", dir);
  expect_foreseen(settings("mnist", dir / "nowhere"));
  expect_foreseen(settings("gtsrb", dir));
  expect_foreseen(settings("cars", dir));
  expect_foreseen(settings("svhn", dir));
  for (const char* size : {"train_size=181", "validation_size=200", "test_size=601",
                           "test_from_train=0.001", "train_size=3 --train.batch=5"})
    expect_foreseen(settings("mnist", dir, std::string("--data.") + size));

  const auto labels = dir / "t10k-labels-idx1-ubyte";
  const auto sound = test::read_text(labels);
  for (const auto& damaged :
       {std::string(), sound.substr(0, 6), sound.substr(0, 300),
        test::big_endian(0x801) + test::big_endian(3) + "\1\1\1", std::string("no IDX file")}) {
    write_text(labels, damaged);
    expect_foreseen(words);
  }
  fs::remove(labels);
  expect_foreseen(words);
  ASSERT_EQ(::mkfifo(labels.c_str(), 0600), 0);
  expect_foreseen(words);
  fs::remove(labels);
  write_text(labels.string() + ".gz", "not packed by gzip, as its trailer shows");
  expect_foreseen(words);
}

TEST(Check, ComparesCountsAndSizesWithTheOfficialOnes) {
  const Images images;
  auto words = settings("mnist", images.folder.path());
  const std::string no = "--data.official=no ";
  words.erase(words.find(no), no.size());
  expect_foreseen(words);
  expect_exit(test::stockpot("run --check " + words), 65,
              "t10k-labels-idx1-ubyte: holds 608 bytes, the official file 10008");
  fs::remove(images.folder / "train-labels-idx1-ubyte");
  expect_foreseen(words);
  expect_exit(test::stockpot("run --check " + words), 65, "test set: 600 samples");
  const test::TempDir folder;
  test::write_cola(folder.path(), 20);
  auto texts = settings("cola", folder.path(),
                        "--model.name=bert --model.config=" + (folder / "config.json").string() +
                            " --model.vocab=" + (folder / "vocab.txt").string());
  texts.erase(texts.find(no), no.size());
  expect_foreseen(texts);
}

TEST(Check, FindsMissingAndMisplacedPictures) {
  const test::TempDir folder;
  test::write_image_folder(folder.path());
  const auto words = settings("image_folder", folder.path(), "--data.validation_size=2");
  expect_exit(test::stockpot("run --check " + words), 0, "no problem found");
  const auto picture = folder / "test/b/2.ppm";
  fs::create_symlink("nowhere.ppm", folder / "test/b/9.ppm");
  expect_exit(test::stockpot("run --check " + words), 0, "contents of the pictures");
  fs::remove(folder / "test/b/9.ppm");
  fs::rename(picture, folder / "test/b/2.png");
  expect_foreseen(words);
  fs::rename(folder / "test/b/2.png", picture);
  fs::rename(folder / "test/b", folder / "test/c");
  expect_foreseen(words);
  fs::remove_all(folder / "test");
  expect_foreseen(words);

  const test::TempDir signs;
  test::write_gtsrb(signs.path());
  const auto of_signs = settings("gtsrb", signs.path(), "--data.validation_size=4");
  expect_exit(test::stockpot("run --check " + of_signs), 0, "no problem found");
  const auto training = signs / "GTSRB/Training";
  for (const char* name : {"00003", "00007", "00021"})
    fs::remove(training / name / "00000_00000.ppm");
  expect_foreseen(of_signs);
  write_text(training / "00007/GT-00007.csv", "Filename;ClassId\n00000_00000.ppm;8\n");
  expect_foreseen(of_signs);
  fs::remove(training / "00007/GT-00007.csv");
  expect_foreseen(of_signs);
}

TEST(Check, FindsCifarAndItsCorruptionsByTheSizesOfFiles) {
  const test::TempDir folder;
  test::write_cifar10(folder.path(), 8);
  const auto words = settings("cifar10", folder.path());
  expect_exit(test::stockpot("run --check " + words), 0, "no problem found");
  expect_foreseen(words + "--data.corruptions=" + (folder / "nowhere").string());
  test::write_corruptions(folder / "c", 15, 4);
  const auto with = words + "--data.corruptions=" + (folder / "c").string();
  expect_exit(test::stockpot("run --check " + with), 0, "no problem found");
  auto official = with;
  official.erase(official.find("--data.official=no "), 19);
  expect_exit(test::stockpot("run --check " + official), 65, "labels.npy: MD5 ");
  fs::resize_file(folder / "c/fog.npy", 1000);
  expect_foreseen(with);
  fs::remove(folder / "c/fog.npy");
  fs::remove(folder / "c/labels.npy");
  expect_foreseen(with);
  fs::resize_file(folder / "test_batch.bin", 100);
  expect_foreseen(words);
  fs::remove(folder / "data_batch_3.bin");
  expect_foreseen(words);
}

TEST(Check, FindsWhatIsWrongWithTextsAndVocabularies) {
  const test::TempDir folder;
  test::write_cola(folder.path(), 20);
  const auto bert = [&](const std::string& more) {
    return settings(
        "cola", folder.path(),
        "--model.name=bert --model.config=" + (folder / "config.json").string() + " " + more);
  };
  const auto vocabulary = "--model.vocab=" + (folder / "vocab.txt").string();
  expect_exit(test::stockpot("run --check " + bert(vocabulary)), 0, "tokens of the texts");
  expect_foreseen(bert(""));
  expect_foreseen(bert("--model.vocab=" + (folder / "nowhere.txt").string()));
  expect_foreseen(bert(vocabulary + " --data.test_file=" + (folder / "absent.tsv").string()));
  expect_foreseen(settings("cola", folder.path(), vocabulary));  // a vit_tiny
  write_text(folder / "dev.tsv", "a\t7\t\tnobody knows this label\n");
  expect_foreseen(bert(vocabulary));
  fs::remove(folder / "dev.tsv");
  expect_foreseen(bert(vocabulary));
  write_text(folder / "vocab.txt", "[PAD]\n[CLS]\n");
  expect_foreseen(bert(vocabulary));
}
