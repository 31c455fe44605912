// SPDX-License-Identifier: Apache-2.0
// `run --check` finds weights and run folders that `run` would refuse, and says what it has not
// read.
#include <gtest/gtest.h>
#include <sys/mount.h>

#include "io/folder_lease.hpp"
#include "io/safetensors.hpp"
#include "jobs/check.hpp"
#include "jobs/data_sets.hpp"

using namespace stockpot;
using test::expect_exit;
using test::expect_foreseen;
using test::Images;
using test::settings;
using test::write_text;
namespace fs = std::filesystem;

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
    const io::FolderLease lease(images.folder / "run");
    expect_foreseen(images.settings("run"));
  }
  const auto disk = images.folder / "disk";
  fs::create_directories(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=64k") != 0)
    GTEST_SKIP() << "mounting a small tmpfs needs root";
  expect_foreseen(images.settings("disk/run", "", 64));
  EXPECT_EQ(::umount(disk.c_str()), 0);
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
