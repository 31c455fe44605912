// SPDX-License-Identifier: Apache-2.0
// What is known of a data set without its contents is what its contents show.
#include "data/outline.hpp"

#include <algorithm>

#include "data/load.hpp"
#include "files.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using namespace stockpot::data;
using namespace stockpot::test;

namespace {

const std::filesystem::path kGolden = STOCKPOT_SOURCE_DIR "/tests/golden";

/// Sizes, shapes and names are those of the set that was read.
void expect_same_outline(const config::DataConfig& config, const ImageForm& form = {},
                         const std::filesystem::path& vocabulary = {}) {
  const Splits whole = load(config, 3, form, vocabulary),
               known = load(config, 3, form, vocabulary, {.contents = false});
  for (const auto& [a, b] :
       {std::pair(&whole.train, &known.train), std::pair(&whole.validation, &known.validation),
        std::pair(&whole.test, &known.test)}) {
    EXPECT_EQ(a->indices, b->indices) << config.name;
    const DataShape x = a->dataset->shape(), y = b->dataset->shape();
    EXPECT_EQ(x.channels, y.channels) << config.name;
    EXPECT_EQ(x.height, y.height) << config.name;
    EXPECT_EQ(x.width, y.width) << config.name;
    EXPECT_EQ(x.classes, y.classes) << config.name;
    EXPECT_EQ(x.vocabulary, y.vocabulary) << config.name;
    EXPECT_EQ(x.tokens, y.tokens) << config.name;
    EXPECT_EQ(a->dataset->size(), b->dataset->size()) << config.name;
    EXPECT_EQ(a->dataset->class_names(), b->dataset->class_names()) << config.name;
  }
}

}  // namespace

TEST(Outline, OfImagesIsThatOfTheWholeSet) {
  const TempDir folder;
  for (const char* part : {"train", "t10k"}) {
    const std::string images = part + std::string("-images-idx3-ubyte"),
                      labels = part + std::string("-labels-idx1-ubyte");
    write_bytes(folder / (images + ".gz"), gzipped(idx_bytes({5, 28, 28}, 5 * 28 * 28, 251)));
    write_bytes(folder / labels, idx_bytes({5}, 5, 10));
  }
  for (int i = 1; i <= 5; ++i)
    write_bytes(folder / ("data_batch_" + std::to_string(i) + ".bin"), ByteList(3073, 1));
  write_bytes(folder / "test_batch.bin", ByteList(2 * 3073, 1));
  write_bytes(folder / "train.bin", ByteList(3 * 3074, 1));
  write_bytes(folder / "test.bin", ByteList(3074, 1));
  for (const char* name : {"mnist", "cifar10", "cifar100"})
    for (const std::int64_t side : {0, 48})
      expect_same_outline(config_of(name, folder.path()), {.clip_side = side});
  expect_same_outline(config_of("svhn", kGolden / "images/svhn"));
  expect_same_outline(config_of("cars", kGolden / "images/cars"));
}

TEST(Outline, OfTextsIsThatOfTheWholeSet) {
  const TempDir folder;
  const std::string cola = "a\t1\t\tyes no\nb\t0\t*\tno\nc\t1\t\tyes\n",
                    own = "text\tlabel\nyes\tgood\nno\tbad\nyes yes\tgood\n",
                    words = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nyes\nno\n";
  const auto put = [&](const std::string& name, const std::string& text) {
    std::filesystem::create_directories((folder / name).parent_path());
    write_bytes(folder / name, ByteList(text.begin(), text.end()));
  };
  put("vocab.txt", words);
  put("cola/train.tsv", cola);
  put("cola/dev.tsv", cola);
  put("own/train.tsv", own);
  put("own/test.tsv", own);
  expect_same_outline(config_of("cola", folder / "cola"), {}, folder / "vocab.txt");
  expect_same_outline(config_of("tsv", folder / "own"), {}, folder / "vocab.txt");
}

TEST(Outline, ReadsNoValue) {
  const TempDir folder;
  for (const char* part : {"train", "t10k"}) {
    ByteList images = gzipped(idx_bytes({500, 28, 28}, 500 * 28 * 28, 251));
    std::fill(images.begin() + static_cast<std::ptrdiff_t>(images.size() / 2), images.end() - 4, 0);
    write_bytes(folder / (part + std::string("-images-idx3-ubyte.gz")), images);
    write_bytes(folder / (part + std::string("-labels-idx1-ubyte")), idx_bytes({500}, 500, 250));
  }
  EXPECT_THROW(load(config_of("mnist", folder.path()), 1), DataError);
  EXPECT_EQ(load(config_of("mnist", folder.path()), 1, {}, {}, {.contents = false}).test.size(),
            500);
}

TEST(Outline, IsBlackAndOfClassZero) {
  const auto images = outline(3, {.channels = 1, .height = 2, .width = 2, .classes = 5}, {}, 4);
  EXPECT_EQ(images->bytes(), 12);
  Batch batch;
  images->fill(std::vector<std::int64_t>{0, 2}, {}, batch);
  EXPECT_EQ(batch.pixels, std::vector<float>(8, 0.0F));
  EXPECT_EQ(batch.labels, std::vector<std::int64_t>(2, 0));
}
