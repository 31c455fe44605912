// SPDX-License-Identifier: Apache-2.0
#include "data/text/glue.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cmath>

#include "core/error.hpp"
#include "data/files.hpp"
#include "text/test_data.hpp"

using namespace stockpot;
using namespace stockpot::test;
using data::GluePart;

namespace {

data::GlueFile parse(const std::string& task, std::string_view text, bool labelled = true) {
  return data::parse_glue(text, "train.tsv", *data::find_glue_task(task), labelled);
}

void expect_refused(const std::string& task, std::string_view text,
                    const std::vector<std::string>& parts) {
  expect_error<DataError>([&] { parse(task, text); }, parts);
}

const std::string kRte = "index\tsentence1\tsentence2\tlabel\n";

}  // namespace

TEST(Glue, ReadsTheColumnsOfEveryTask) {
  struct Row {
    const char *task, *text, *first, *second;
    std::int64_t label;
  };
  const Row rows[] = {
      {"cola", "gj04\t0\t*\tHe left.\n", "He left.", "", 0},
      {"sst2", "sentence\tlabel\na film \t1\n", "a film ", "", 1},
      {"mrpc", "\xEF\xBB\xBFQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n1\t7\t8\tA \"b\tC\r\n",
       "A \"b", "C", 1},
      {"qqp", "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n1\t2\t3\tA?\tB?\t1\n", "A?",
       "B?", 1},
      {"mnli", "index\tsentence1\tsentence2\tlabel1\tgold_label\n0\tA\tB\tneutral\tentailment\n",
       "A", "B", 1},
      {"qnli", "index\tquestion\tsentence\tlabel\n0\tA\tB\tnot_entailment\n", "A", "B", 1},
      {"rte", "index\tsentence1\tsentence2\tlabel\n0\tA\tB\tentailment\n", "A", "B", 0},
      {"wnli", "index\tsentence1\tsentence2\tlabel\n0\tA\tB\t1\n", "A", "B", 1},
  };
  for (const Row& row : rows) {
    const auto file = parse(row.task, row.text);
    ASSERT_EQ(file.examples.size(), 1U) << row.task;
    EXPECT_EQ(file.examples[0].first, row.first) << row.task;
    EXPECT_EQ(file.examples[0].second, row.second) << row.task;
    EXPECT_EQ(file.examples[0].label, row.label) << row.task;
  }
}

TEST(Glue, ReadsScoresOfStsBInGluesAndInTheBenchmarksOwnForm) {
  const auto glue =
      parse("stsb",
            "index\tgenre\tsentence1\tsentence2\tscore\n0\tnews\tA\tB\t2.500\n1\tnews\tC\tD\t5\n");
  EXPECT_EQ(glue.examples[0].target, 2.5F);
  EXPECT_EQ(glue.examples[1].target, 5.0F);
  const auto own = parse(
      "stsb",
      "main\tMSRvid\t2012\t24\t0.4\tA\tB\nmain\tMSRvid\t2012\t25\t1\tC\tD\ta note\tanother\n");
  ASSERT_EQ(own.examples.size(), 2U);
  EXPECT_EQ(own.examples[0].target, 0.4F);
  EXPECT_EQ(own.examples[1].second, "D");
}

TEST(Glue, ReadsUnlabelledFiles) {
  const auto file = parse("cola", "index\tsentence\n0\tHe left.\n", false);
  EXPECT_EQ(file.examples[0].first, "He left.");
  EXPECT_EQ(file.examples[0].label, -1);
  EXPECT_TRUE(std::isnan(
      parse("stsb", "index\tsentence1\tsentence2\n0\tA\tB\n", false).examples[0].target));
}

TEST(Glue, SkipsAndCountsQqpsDamagedRowsOnly) {
  const std::string header = "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n";
  const auto file =
      parse("qqp", header + "1\t2\t3\tA\tB\t1\nrest of a question\t0\n4\t5\t6\tC\tD\t0\n");
  EXPECT_EQ(file.examples.size(), 2U);
  EXPECT_EQ(file.skipped_rows, 1);
  expect_refused("rte", kRte + "0\tA\tB\tentailment\n1\tC\n",
                 {"train.tsv:3", "2 columns", "has 4"});
}

TEST(Glue, NamesUnknownLabelsAndTheTaskTheyBelongTo) {
  expect_refused(
      "rte", kRte + "0\tA\tB\tneutral\n",
      {"train.tsv:2", "unknown label \"neutral\"", "label of mnli", "entailment not_entailment"});
  expect_refused("rte", kRte + "0\tA\tB\tentailment\n1\tA\tB\t1\n",
                 {"train.tsv:3", "unknown label \"1\""});
  expect_refused("cola", "gj04\t2\t\tHe left.\n", {"train.tsv:1", "labels of cola are: 0 1"});
  for (const char* score : {"nan", "inf", "5.1", "-0.1", "", "3.x", "1e999"})
    expect_refused("stsb", "sentence1\tsentence2\tscore\nA\tB\t" + std::string(score) + "\n",
                   {"train.tsv:2", "[0, 5]"});
}

TEST(Glue, RefusesDamagedFilesAndNamesTheLine) {
  expect_refused("rte", "", {"train.tsv", "empty file"});
  expect_refused("rte", kRte, {"holds no sample"});
  expect_refused("rte", "index\tsentence1\tlabel\n0\tA\tentailment\n",
                 {"train.tsv:1", "missing columns: sentence2"});
  expect_refused(
      "stsb", "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2\n",
      {"train.tsv:1", "missing columns: score"});
  expect_refused("rte", "0\tA\tB\tentailment\n", {"missing columns: sentence1, sentence2, label"});
  expect_refused("rte", kRte + "0\tA\xFF\tB\tentailment\n", {"train.tsv:2", "UTF-8"});
  expect_refused("rte", kRte + std::string("0\tA\0\tB\tentailment\n", 18), {"train.tsv:2", "NUL"});
  expect_refused("rte", kRte + "\xEF\xBB\xBF" + kRte, {"train.tsv:2", "byte-order mark"});
  expect_refused("rte", kRte + "0\tA\tB\tentailment\r\n", {"train.tsv:2", "LF or CRLF"});
  expect_refused("rte", kRte + std::string(65, '\t') + "\n", {"train.tsv:2", "64 columns"});
  expect_refused("rte", kRte + std::string((1 << 20) + 1, 'x') + "\n",
                 {"train.tsv:2", "1048577 bytes"});
}

TEST(Glue, RefusesWhatIsNoRegularFile) {
  const TempDir folder;
  const auto& task = *data::find_glue_task("rte");
  expect_error<DataError>([&] { data::read_glue(folder.path(), task, true); }, {"folder"});
  ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
  expect_error<DataError>([&] { data::read_glue(folder / "fifo", task, true); }, {"fifo"});
  expect_error<DataError>([&] { data::read_glue(folder / "absent.tsv", task, true); },
                          {"absent.tsv"});
}

TEST(Glue, NamesTheOfficialFiles) {
  const auto& cola = *data::find_glue_task("cola");
  const auto& mnli = *data::find_glue_task("mnli");
  EXPECT_EQ(glue_file_name(cola, GluePart::test), "dev.tsv");
  EXPECT_EQ(glue_file_name(cola, GluePart::submission), "test.tsv");
  EXPECT_EQ(glue_file_name(mnli, GluePart::train), "train.tsv");
  EXPECT_EQ(glue_file_name(mnli, GluePart::test), "dev_matched.tsv");
  EXPECT_EQ(glue_file_name(mnli, GluePart::test_mismatched), "dev_mismatched.tsv");
  EXPECT_EQ(glue_file_name(mnli, GluePart::submission_mismatched), "test_mismatched.tsv");
  EXPECT_THROW(glue_file_name(cola, GluePart::test_mismatched), LogicError);
  EXPECT_EQ(data::find_glue_task("mnist"), nullptr);
}

TEST(Glue, FindsTheOfficialCountsInTheRealFiles) {
  const TempDir scratch;
  struct Set {
    const char *task, *folder;
    std::size_t train, test;
  };
  for (const Set& set : {Set{"cola", "CoLA", 8551, 1043}, Set{"sst2", "SST-2", 67349, 872},
                         Set{"stsb", "STS-B", 5749, 1500}, Set{"rte", "RTE", 2490, 277}}) {
    const auto folder = glue_folder(set.folder, scratch);
    if (folder.empty()) GTEST_SKIP() << "absent: STOCKPOT_TEST_DATA/glue";
    const auto& task = *data::find_glue_task(set.task);
    EXPECT_EQ(read_glue(folder / "train.tsv", task, true).examples.size(), set.train) << set.task;
    EXPECT_EQ(read_glue(folder / "dev.tsv", task, true).examples.size(), set.test) << set.task;
    EXPECT_GT(read_glue(folder / "test.tsv", task, false).examples.size(), 1000U) << set.task;
  }
}
