// SPDX-License-Identifier: Apache-2.0
// A result says what its input files held, and a run notices when they are not what they were.
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <algorithm>

#include "core/provenance.hpp"
#include "io/result_file.hpp"
#include "jobs/own_copies.hpp"

using namespace stockpot;
using test::expect_exit;
using test::Images;
using test::sha256_of;

namespace {

/// The row of /inputs of that role and file.
io::InputRow row(const io::RunResult& result, const std::string& role, const std::string& file) {
  for (const auto& found : result.inputs)
    if (found.role == role && found.file == file) return found;
  ADD_FAILURE() << role << " " << file << " is not among the inputs";
  return {};
}

std::string provenance(const io::RunResult& result, const std::string& name) {
  for (const auto& [key, value] : result.provenance)
    if (key == name) return value;
  return "";
}

void change_byte(const std::filesystem::path& path, std::size_t offset) {
  auto text = test::read_text(path);
  text.at(offset) ^= 1;
  test::write_text(path, text);
}

/// Run on two ranks, each of which sees its own copy of the images; `change` is done to rank 1's.
template <typename Change>
test::Ended with_another_copy(const Images& images, Change&& change) {
  for (const std::string rank : {"seen-by-0", "seen-by-1"}) {
    std::filesystem::create_directories(images.folder / rank);
    for (const std::string part : {"train", "t10k"})
      for (const std::string type : {"-images-idx3-ubyte", "-labels-idx1-ubyte"})
        std::filesystem::copy(images.folder / (part + type), images.folder / rank / (part + type));
  }
  change(images.folder / "seen-by-1");
  auto settings = images.settings("run");
  const auto dir = images.folder.path().string();
  settings.replace(settings.find(dir), dir.size(), test::kOwnFolder);
  return test::in_own_folders(images.folder.path(), "run " + settings);
}

}  // namespace

TEST(Inputs, OfARunStandInItsResult) {
  const Images images;
  ASSERT_EQ(test::stockpot("run " + images.settings("first")).code, 0);
  const auto weights = images.folder / "first" / "model.safetensors";
  ASSERT_EQ(
      test::stockpot("run " + images.settings("run", "--model.weights=" + weights.string())).code,
      0);
  const auto first = io::read_result(images.folder / "first" / "result.h5"),
             result = io::read_result(images.folder / "run" / "result.h5");
  EXPECT_EQ(row(result, "weights", "model.safetensors").sha256, sha256_of(weights));
  EXPECT_EQ(row(result, "data", "t10k-labels-idx1-ubyte").sha256,
            sha256_of(images.folder / "t10k-labels-idx1-ubyte"));
  EXPECT_EQ(row(result, "data", "train-images-idx3-ubyte").bytes, 16 + 200 * 28 * 28);
  EXPECT_EQ(result.inputs.size(), 5U);
  EXPECT_EQ(first.inputs.size(), 4U);
  EXPECT_EQ(first.weights_sha256, "");
  EXPECT_EQ(result.weights_sha256.size(), 64U);
  EXPECT_EQ(result.data_sha256.size(), 64U);
  EXPECT_EQ(result.data_sha256, first.data_sha256);
  EXPECT_EQ(result.vocabulary_sha256, "");
  EXPECT_EQ(result.data_official, "no");
  EXPECT_NE(provenance(result, "input_files").find(sha256_of(weights) + " " + weights.string()),
            std::string::npos);
}

TEST(Inputs, ThatChangedUnderACompleteRunAreRefused) {
  const Images images;
  ASSERT_EQ(test::stockpot("run " + images.settings("first")).code, 0);
  const auto weights = images.folder / "first" / "model.safetensors";
  const auto settings = images.settings("run", "--model.weights=" + weights.string());
  ASSERT_EQ(test::stockpot("run " + settings).code, 0);
  expect_exit(test::stockpot("run " + settings), 0, "already complete");

  const auto pristine = test::read_text(weights);
  change_byte(weights, pristine.size() - 4);
  const auto before = test::read_text(images.folder / "run" / "result.h5");
  expect_exit(test::stockpot("run " + settings, 2), 78, "weights model.safetensors: now ");
  EXPECT_EQ(test::read_text(images.folder / "run" / "result.h5"), before);
  test::write_text(weights, pristine);
  expect_exit(test::stockpot("run " + settings), 0, "already complete");

  change_byte(images.folder / "train-images-idx3-ubyte", 5000);
  expect_exit(test::stockpot("run " + settings), 78, "data train-images-idx3-ubyte: now ");
  expect_exit(test::stockpot("run --force " + settings), 0, "result ");
  expect_exit(test::stockpot("run " + settings), 0, "already complete");
}

TEST(Inputs, OfAnotherContentOnOneRankAreRefusedBeforeTheFirstStep) {
  for (const std::size_t offset : {16U + 5U, 16U + 150'000U}) {
    const Images images;
    const auto ended = with_another_copy(images, [&](const auto& folder) {
      change_byte(folder / "train-images-idx3-ubyte", offset);
    });
    expect_exit(ended, 65, "stockpot: rank 1 on " + host_name() + ": ");
    expect_exit(ended, 65, "data train-images-idx3-ubyte: here ");
    expect_exit(ended, 65, "rank 0 on " + host_name());
    EXPECT_FALSE(std::filesystem::exists(images.folder / "run"));
  }
}

TEST(Inputs, WithMoreOrFewerSamplesOnOneRankAreRefusedBeforeTheFirstStep) {
  for (const std::string part : {"train", "t10k"})
    for (const std::uint32_t count : {100U, 150U, 900U}) {
      const Images images;
      const auto ended = with_another_copy(
          images, [&](const auto& folder) { test::write_idx(folder, part, count); });
      expect_exit(ended, 65, "data " + part + "-images-idx3-ubyte: here ");
      EXPECT_FALSE(std::filesystem::exists(images.folder / "run"));
    }
}

TEST(Inputs, ThatAreNotTheOfficialOnesAreRefusedUnlessAskedFor) {
  const Images images;
  auto settings = images.settings("run");
  const std::string no = "--data.official=no ";
  settings.erase(settings.find(no), no.size());
  for (const std::string check : {"", "--check "}) {
    const auto ended = test::stockpot("run " + check + settings);
    expect_exit(ended, 65, "not the official mnist");
    expect_exit(ended, 65, "training set: 200 samples, the official one has 60000");
    expect_exit(ended, 65, "t10k-labels-idx1-ubyte: holds 608 bytes, the official file 10008");
    expect_exit(ended, 65, "data.official=no");
  }
  EXPECT_FALSE(std::filesystem::exists(images.folder / "run"));
  ASSERT_EQ(test::stockpot("run " + images.settings("run")).code, 0);
  const auto result = io::read_result(images.folder / "run" / "result.h5");
  EXPECT_NE(result.config_json.find("\"official\""), std::string::npos);
  EXPECT_TRUE(std::ranges::any_of(result.events, [](const auto& event) {
    return event.what.find("not the official data: training set: 200 samples") != std::string::npos;
  }));
}

TEST(Inputs, OfTwoRunsThatStartAtOnceShareOneCache) {
  const Images images;
  test::write_idx(images.folder.path(), "train", 2000);  // above what is always hashed anew
  ::usleep(2'100'000);                                   // a stamp is trusted two seconds old
  const auto settings = [&](const char* run) {
    return std::string(" run ") + images.settings(run, "--data.train_size=100");
  };
  const auto program =
      "XDG_CACHE_HOME=" + (images.folder / "cache").string() + " timeout 60 " STOCKPOT_PROGRAM;
  const auto both = test::shell("{ (" + program + settings("a") + ") & (" + program +
                                settings("b") + "); code=$?; wait $! && exit $code; }");
  ASSERT_EQ(both.code, 0) << both.text;
  const auto a = io::read_result(images.folder / "a" / "result.h5"),
             b = io::read_result(images.folder / "b" / "result.h5");
  EXPECT_EQ(a.inputs, b.inputs);
  const auto cache = images.folder / "cache" / "stockpot" / "input-digests";
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(cache), {}), 1);

  const auto entry = std::filesystem::directory_iterator(cache)->path();
  auto wrong = test::read_text(entry);  // damaged: as if it were not there
  wrong[wrong.size() / 2] ^= 1;
  test::write_text(entry, wrong);
  ASSERT_EQ(test::shell(program + settings("c")).code, 0);
  EXPECT_EQ(io::read_result(images.folder / "c" / "result.h5").inputs, a.inputs);
}

TEST(Inputs, OnAReadOnlyMediumAreRead) {
  const Images images;
  const auto medium = images.folder / "medium";
  std::filesystem::create_directory(medium);
  if (::mount("none", medium.c_str(), "tmpfs", 0, "") != 0)
    GTEST_SKIP() << "needs the right to mount";
  test::write_idx(medium, "train", 200);
  test::write_idx(medium, "t10k", 600);
  ASSERT_EQ(::mount("none", medium.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, ""), 0);
  auto settings = images.settings("run");
  const auto dir = "--data.dir=" + images.folder.path().string();
  settings.replace(settings.find(dir), dir.size(), "--data.dir=" + medium.string());
  const auto ended = test::stockpot("run " + settings);
  ::umount(medium.c_str());
  EXPECT_EQ(ended.code, 0) << ended.text;
}

TEST(Inputs, ThatARunRefusesLeaveNoFolder) {
  const Images images;
  test::write_text(images.folder / "bad.safetensors", "no weights");
  for (const int ranks : {0, 2}) {
    const auto ended = test::stockpot(
        "run " + images.settings("run",
                                 "--model.weights=" + (images.folder / "bad.safetensors").string()),
        ranks);
    EXPECT_EQ(ended.code, 65) << ended.text;
    EXPECT_FALSE(std::filesystem::exists(images.folder / "run"));
  }
}
