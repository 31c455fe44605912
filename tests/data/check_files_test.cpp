// SPDX-License-Identifier: Apache-2.0
#include "data/check_files.hpp"

#include <algorithm>
#include <sstream>

#include "data/image/image_source.hpp"
#include "data/text/glue.hpp"
#include "files.hpp"
#include "support/temp_dir.hpp"
#include "text/test_data.hpp"

using namespace stockpot;
using namespace stockpot::data;
using namespace stockpot::test;
using State = FoundFile::State;

namespace {

void write_text(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  write_bytes(path, ByteList(text.begin(), text.end()));
}

/// Twelve images and labels of each part of a set in MNIST's form.
void write_idx_set(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (const std::string part : {"train", "t10k"}) {
    write_bytes(folder / (part + "-images-idx3-ubyte"), idx_bytes({12, 2, 2}, 48, 250));
    write_bytes(folder / (part + "-labels-idx1-ubyte"), idx_bytes({12}, 12, 10));
  }
}

FoundSet check(const std::string& set, const std::filesystem::path& folder) {
  return check_files(*find_official_set(set), folder);
}

}  // namespace

TEST(CheckFiles, SaysOfEachFileWhetherItIsThereAndOfficial) {
  const TempDir folder;
  write_idx_set(folder.path());
  std::filesystem::remove(folder / "train-labels-idx1-ubyte");
  std::filesystem::remove(folder / "t10k-labels-idx1-ubyte");
  write_bytes(folder / "t10k-labels-idx1-ubyte.gz", {1, 2, 3});
  const FoundSet found = check("mnist", folder.path());
  ASSERT_EQ(found.files.size(), 4U);
  EXPECT_EQ(found.files[0].state, State::different);
  EXPECT_EQ(found.files[0].note, "holds 64 bytes, the official file 47040016");
  EXPECT_EQ(found.files[1].state, State::absent);
  EXPECT_EQ(found.files[3].state, State::unreadable);
  EXPECT_EQ(found.files[3].path, folder / "t10k-labels-idx1-ubyte.gz");
  ASSERT_EQ(found.parts.size(), 2U);
  EXPECT_NE(found.parts[0].text.find("no such file"), std::string::npos) << found.parts[0].text;
  EXPECT_FALSE(found.good());
}

TEST(CheckFiles, CountsSamplesAndClasses) {
  const TempDir folder;
  write_idx_set(folder.path());
  const FoundSet found = check("mnist", folder.path());
  EXPECT_FALSE(found.parts[0].good);
  EXPECT_EQ(found.parts[0].text, "12 samples, 10 classes of 1 to 2; the official file has 60000");
}

TEST(CheckFiles, TakesASetWithoutPublishedSumsByItsCounts) {
  const TempDir folder;
  const std::string header = "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n";
  std::string train = header, dev = header;
  for (int i = 0; i < 3668; ++i) train += std::to_string(i % 2) + "\t1\t2\tA\tB\n";
  for (int i = 0; i < 408; ++i) dev += "1\t1\t2\tA\tB\n";
  write_text(folder / "train.tsv", train);
  write_text(folder / "dev.tsv", dev);
  EXPECT_TRUE(check("mrpc", folder.path()).good());  // the unlabelled test.tsv is not needed
  write_text(folder / "dev.tsv", header + "2\t1\t2\tA\tB\n");
  const FoundSet found = check("mrpc", folder.path());
  EXPECT_FALSE(found.good());
  EXPECT_NE(found.parts[1].text.find("dev.tsv:2"), std::string::npos) << found.parts[1].text;
}

TEST(CheckFolder, TellsSetsWhoseFilesHaveTheSameNamesApart) {
  const TempDir folder;
  const std::string pair = "index\tsentence1\tsentence2\tlabel\n";
  write_text(folder / "glue/a/train.tsv", pair + "0\tA\tB\t1\n");
  write_text(folder / "glue/b/train.tsv", pair + "0\tA\tB\tentailment\n");
  write_text(folder / "glue/c/train.tsv",
             "index\tquestion\tsentence\tlabel\n0\tA\tB\tentailment\n");
  write_text(folder / "glue/d/train.tsv", "gj04\t1\t\tHe left.\n");
  write_text(folder / "glue/d/notes.txt", "no data");
  write_idx_set(folder / "digits");
  std::vector<std::string> names;
  for (const FoundSet& set : check_folder(folder.path())) names.emplace_back(set.name);
  ASSERT_EQ(names.size(), 5U);
  EXPECT_TRUE(names[0] == "mnist" || names[0] == "fashion_mnist")
      << names[0];  // neither has these sums
  EXPECT_EQ(std::vector<std::string>(names.begin() + 1, names.end()),
            (std::vector<std::string>{"wnli", "rte", "qnli", "cola"}));
  EXPECT_TRUE(check_folder(folder / "glue/d/notes.txt").empty());
}

TEST(CheckFolder, FindsTheRealFilesOfficial) {
  STOCKPOT_TEST_DATA_OR_SKIP(mnist, "mnist");
  const auto sets = check_folder(mnist);
  ASSERT_EQ(sets.size(), 1U);
  EXPECT_EQ(sets[0].name, "mnist");
  EXPECT_TRUE(sets[0].good());
  for (const FoundFile& file : sets[0].files) EXPECT_EQ(file.state, State::official) << file.path;
  const TempDir scratch;
  for (const char* task : {"CoLA", "SST-2", "STS-B", "RTE"}) {
    const auto folder = glue_folder(task, scratch);
    if (folder.empty()) GTEST_SKIP() << "absent: STOCKPOT_TEST_DATA/glue";
    const auto found = check_folder(folder);
    ASSERT_EQ(found.size(), 1U) << task;
    EXPECT_TRUE(found[0].good()) << task;
    for (const FoundFile& file : found[0].files)
      EXPECT_EQ(file.state, State::official) << file.path;
  }
}

TEST(OfficialFiles, EverySetOfTheProgramHasARow) {
  std::istringstream names(image_source_names());
  for (std::string name; names >> name;)
    EXPECT_EQ(find_official_set(name) == nullptr, name == "image_folder") << name;
  for (const GlueTask& task : glue_tasks())
    EXPECT_NE(find_official_set(task.name), nullptr) << task.name;
  EXPECT_EQ(find_official_set("imagenet"), nullptr);
}

TEST(OfficialFiles, StandInTheDocumentWithSizeAndSum) {
  std::ifstream file(STOCKPOT_SOURCE_DIR "/docs/data.md");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  for (const OfficialSet& set : official_sets())
    for (const OfficialFile& official : set.files) {
      if (official.md5.empty() && official.bytes == 0) continue;
      const std::string size = official.bytes == 0 ? "" : std::to_string(official.bytes);
      const std::string row = "| " + std::string(set.name) + " | `" +
                              std::string(official.names.front()) + "` | " + size + " | " +
                              std::string(official.md5) + " |";
      EXPECT_NE(std::ranges::find(lines, row), lines.end()) << "docs/data.md lacks: " << row;
    }
}
