// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "io/files.hpp"
#include "io/result_file.hpp"
#include "io/safetensors.hpp"
#include "io/sample_result.hpp"
#include "jobs/job.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;

namespace {

std::string output_of(const std::filesystem::path& path) {
  ::testing::internal::CaptureStdout();
  jobs::inspect({path.string()});
  std::fflush(stdout);
  return ::testing::internal::GetCapturedStdout();
}

void write_weights(const std::filesystem::path& path) {
  const std::vector<float> values{0.0f, -0.0f, 1.0f, 2.0f};
  io::write_safetensors(path, {io::float_tensor("head.weight", {2, 2}, values)});
}

}  // namespace

TEST(Inspect, RecountsTheMasksOfAResult) {
  test::TempDir folder;
  io::write_result(folder / "result.h5", test::sample_result());
  const std::string text = output_of(folder / "result.h5");
  EXPECT_NE(text.find("kept 6 of 13 prunable weights by the bits of the masks"), std::string::npos)
      << text;
  EXPECT_NE(text.find("accuracy: test 0.875000"), std::string::npos) << text;
}

TEST(Inspect, CountsTheZerosOfEveryTensor) {
  test::TempDir folder;
  write_weights(folder / "model.safetensors");
  for (const auto& path : {folder / "model.safetensors", folder.path()}) {
    const std::string text = output_of(path);
    EXPECT_NE(text.find("2 zeros of 4 values (sparsity 0.50000000)"), std::string::npos) << text;
  }
}

TEST(Inspect, ShowsBothFilesOfARunFolder) {
  test::TempDir folder;
  io::write_result(folder / "result.h5", test::sample_result());
  write_weights(folder / "model.safetensors");
  const std::string text = output_of(folder.path());
  EXPECT_NE(text.find("result of a run"), std::string::npos) << text;
  EXPECT_NE(text.find("2 zeros of 4 values"), std::string::npos) << text;
}

TEST(Inspect, FindsAResultWhoseSummaryContradictsItsMasks) {
  test::TempDir folder;
  io::RunResult result = test::sample_result();
  result.kept = 7;
  io::write_result(folder / "result.h5", result);
  ::testing::internal::CaptureStdout();
  const std::string message =
      test::message_of<DataError>([&] { jobs::inspect({(folder / "result.h5").string()}); });
  ::testing::internal::GetCapturedStdout();
  EXPECT_NE(message.find("7 of 13 weights are kept, the bits of /masks say 6 of 13"),
            std::string::npos)
      << message;
}

TEST(Inspect, RefusesAnythingElse) {
  test::TempDir folder;
  test::write_text(folder / "notes.txt", "these are not weights");
  EXPECT_THROW(jobs::inspect({(folder / "notes.txt").string()}), DataError);
  EXPECT_THROW(jobs::inspect({(folder / "none").string()}), DataError);
  EXPECT_THROW(jobs::inspect({folder.path().string()}), DataError);
  EXPECT_THROW(jobs::inspect({}), UsageError);
}
