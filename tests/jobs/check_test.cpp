// SPDX-License-Identifier: Apache-2.0
// `run --check` finds what `run` would refuse, all of it, and says what it has not read.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <cmath>

#include "config/bad_configs.hpp"
#include "io/folder_lock.hpp"
#include "io/safetensors.hpp"
#include "jobs/data_sets.hpp"
#include "jobs/program.hpp"

using namespace stockpot;
using test::Ended;
using test::expect_exit;
using test::Images;
using test::write_text;

namespace {

namespace fs = std::filesystem;

/// What the program says is wrong, to its end.
std::string complaint(const Ended& ended) {
  const auto at = ended.text.find("stockpot: ");
  return at == std::string::npos ? "" : ended.text.substr(at);
}

/// `run` refuses these words, and --check with the same exit code and message first.
void expect_foreseen(const std::string& words, const std::string& before = "") {
  const auto run = test::shell(before + STOCKPOT_PROGRAM " run " + words),
             check = test::shell(before + STOCKPOT_PROGRAM " run --check " + words);
  EXPECT_NE(run.code, 0) << words << "\n" << run.text;
  EXPECT_NE(complaint(run), "") << words << "\n" << run.text;
  EXPECT_EQ(check.code, run.code) << words << "\n" << run.text << check.text;
  EXPECT_TRUE(complaint(check).starts_with(complaint(run))) << words << "\n"
                                                            << run.text << "--check:\n"
                                                            << check.text;
}

/// Settings of a run of seconds on the data set `name` in `dir`.
std::string settings(const std::string& name, const fs::path& dir, const std::string& more = "") {
  return "--data.name=" + name + " --data.official=no --data.dir=" + dir.string() +
         " --device=cpu --dist.reduction=fixed --model.depth=1 --model.heads=2 --model.width=16 "
         "--model.mlp_width=16 --train.steps=4 --train.batch=4 --prune.method=dense --run-dir " +
         (dir / "run").string() + " " + more;
}

bool sees_a_gpu() { return test::shell("nvidia-smi -L").code == 0; }

}  // namespace

TEST(Check, SaysOfEveryBadConfigurationWhatTheRunSays) {
  const test::TempDir folder;
  const auto there = "cd " + folder.path().string() + " && ";
  int number = 0;
  for (const auto& [ini, words, message] : test::bad_configs()) {
    write_text(folder / "a.ini", ini);
    std::string line = "a.ini --data.dir=d";
    for (const auto& word : words) line += " '" + word + "'";
    const auto check = test::shell(there + STOCKPOT_PROGRAM " run --check " + line);
    EXPECT_EQ(check.code, 78) << line << "\n" << check.text;
    EXPECT_EQ(complaint(check), "stockpot: " + std::string(message) + "\n") << line;
    if (number++ % 8 == 0) expect_foreseen(line, there);  // config_test compares them all
  }
}

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

TEST(Check, FindsModelsPlansAndWeightsThatDoNotFit) {
  const Images images;
  const auto& dir = images.folder.path();
  ASSERT_EQ(test::stockpot("run " + images.settings("good")).code, 0);
  const auto good = (images.folder / "good/model.safetensors").string();
  write_text(dir / "pytorch.bin", std::string("PK\3\4") + std::string(100, 'x'));
  write_text(dir / "empty.safetensors", "");
  for (const std::string more :
       {"--model.patch=5", "--model.name=bert", "--model.name=clip_vit_b_32 --model.config=absent",
        "--train.batch=1000", "--train.steps=0 --train.epochs=0.1 --train.warmup_steps=40",
        "--prune.method=isp --isp.round_steps=100", "--model.weights=absent.safetensors",
        "--model.weights=/", "--train.dropout=0.1", "--train.dropout=model"})
    expect_foreseen(settings("mnist", dir, more));
  for (const std::string file : {"pytorch.bin", "empty.safetensors", "t10k-labels-idx1-ubyte"})
    expect_foreseen(settings("mnist", dir, "--model.weights=" + (dir / file).string()));
  expect_foreseen(settings("mnist", dir, "--model.depth=2 --model.weights=" + good));
  expect_foreseen(settings("mnist", dir, "--model.width=32 --model.weights=" + good));
}

TEST(Check, FindsRunFoldersThatCannotBeUsed) {
  const Images images;
  write_text(images.folder / "file", "");
  for (const char* place : {"file", "file/run"}) expect_foreseen(images.settings(place));
  expect_foreseen(settings("mnist", images.folder.path(), "--run-dir /proc/x"));
  ASSERT_EQ(test::stockpot("run " + images.settings("run")).code, 0);
  expect_foreseen(images.settings("run", "--seed=1"));
  expect_exit(test::stockpot("run --check --force " + images.settings("run", "--seed=1")), 0,
              "no problem found");
  expect_exit(test::stockpot("run --check " + images.settings("run")), 0, "no problem found");
  fs::resize_file(images.folder / "run/result.h5", 1000);
  expect_foreseen(images.settings("run"));
  {
    const io::FolderLock lock(images.folder / "run");
    expect_foreseen(images.settings("run"));
  }
  const auto disk = images.folder / "disk";
  fs::create_directories(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=64k") != 0)
    GTEST_SKIP() << "mounting a small tmpfs needs root";
  expect_foreseen(images.settings("disk/run", "", 64));
  EXPECT_EQ(::umount(disk.c_str()), 0);
}

TEST(Check, FindsDevicesAndBackEndsThatAreNotThere) {
  if (sees_a_gpu()) GTEST_SKIP() << "needs a machine without a GPU";
  const Images images;
  expect_foreseen(settings("mnist", images.folder.path(), "--device=cuda"));
  expect_foreseen(settings("mnist", images.folder.path(), "--device=auto --dist.backend=nccl"));
}

TEST(Check, NamesEveryProblemInTheOrderOfARunAndLeavesNoTrace) {
  const Images images;
  write_text(images.folder / "file", "");
  fs::remove(images.folder / "train-images-idx3-ubyte");
  fs::resize_file(images.folder / "t10k-images-idx3-ubyte", 1000);
  const auto before = test::files_in(images.folder.path());
  const auto ended = test::stockpot(
      "run --check " + settings("mnist", images.folder.path(),
                                "--model.patch=5 --train.batch=70000 --model.weights=absent "
                                "--device=auto --dist.backend=nccl --run-dir " +
                                    (images.folder / "file/run").string()));
  EXPECT_EQ(ended.code, 65) << ended.text;
  std::size_t at = 0;
  for (const char* problem :
       {"train-images", "t10k-images", "model.patch 5", "train.batch 70000", "no file absent",
        "cannot make run folder", sees_a_gpu() ? "" : "dist.backend = nccl", "not read: "}) {
    at = ended.text.find(problem, at);
    ASSERT_NE(at, std::string::npos) << problem << "\n" << ended.text;
  }
  EXPECT_EQ(test::files_in(images.folder.path()), before);
}

TEST(Check, ReadsNoPixelLabelOrWeightAndSaysSo) {
  const Images images;
  ASSERT_EQ(test::stockpot("run " + images.settings("good")).code, 0);
  const auto weights = images.folder / "good/model.safetensors";
  auto bytes = test::read_text(weights);
  const io::SafetensorsReader reader(weights);
  const auto* first = reinterpret_cast<const char*>(reader.bytes(reader.tensors()[0]).data());
  std::string nan(reinterpret_cast<const char*>("\0\0\xc0\x7f"), 4);
  bytes.replace(bytes.find(std::string(first, 16)), 4, nan);
  write_text(images.folder / "nan.safetensors", bytes);
  auto labels = test::read_text(images.folder / "train-labels-idx1-ubyte");
  labels.back() = 77;
  const auto words =
      images.settings("run", "--model.weights=" + (images.folder / "nan.safetensors").string());
  expect_exit(test::stockpot("run " + words), 65, "NaN");
  write_text(images.folder / "train-labels-idx1-ubyte", labels);
  expect_exit(test::stockpot("run " + words), 65, "label 77");
  const auto check = test::stockpot("run --check " + words);
  expect_exit(check, 0,
              "no problem found\nnot read: pixels and labels of the images, values of "
              "the weights\n");

  const test::TempDir pictures;
  test::write_image_folder(pictures.path());
  for (const auto& entry : fs::recursive_directory_iterator(pictures.path()))
    if (entry.is_regular_file()) write_text(entry.path(), "no picture at all");
  const auto own = settings("image_folder", pictures.path(), "--data.validation_size=2");
  expect_exit(test::stockpot("run " + own), 65, "no P6 mark");
  expect_exit(test::stockpot("run --check " + own), 0, "not read: contents of the pictures\n");
}
