// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "io/checkpoint_store.hpp"
#include "io/files.hpp"
#include "io/own_checksum.hpp"
#include "io/prediction_file.hpp"
#include "io/result_file.hpp"
#include "io/safetensors.hpp"
#include "io/sample_result.hpp"
#include "jobs/job.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;

namespace {

std::string output_of(const std::filesystem::path& path) {
  ::testing::internal::CaptureStdout();
  std::string refusal;
  try {
    jobs::inspect({path.string()});
  } catch (const Error& error) {
    refusal = std::string("refused: ") + error.what();
  }
  std::fflush(stdout);
  return ::testing::internal::GetCapturedStdout() + refusal;
}

/// What inspect says before it refuses is left out.
std::string refusal_of(const std::filesystem::path& path) {
  ::testing::internal::CaptureStdout();
  auto message = test::message_of<DataError>([&] { jobs::inspect({path.string()}); });
  std::fflush(stdout);
  ::testing::internal::GetCapturedStdout();
  return message;
}

void write_masks(const std::filesystem::path& path, const std::vector<std::uint8_t>& bits,
                 const std::string& shape) {
  io::write_safetensors(path,
                        {{"w", io::Dtype::u8, {std::ssize(bits)}, std::as_bytes(std::span(bits))}},
                        {{"format", "stockpot-masks"}, {"shape.w", shape}});
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

TEST(Inspect, CountsTheBitsOfExportedMasks) {
  test::TempDir folder;
  write_masks(folder / "masks.safetensors", {0b10100000, 0b10000000}, "[3,3]");
  for (const auto& path : {folder / "masks.safetensors", folder.path()}) {
    const std::string text = output_of(path);
    EXPECT_NE(text.find("kept 3 of 9 prunable weights by the bits"), std::string::npos) << text;
    EXPECT_NE(text.find("[3, 3]"), std::string::npos) << text;
  }
}

TEST(Inspect, FindsMasksThatContradictTheirShape) {
  test::TempDir folder;
  const auto refused = [&](std::vector<std::uint8_t> bits, const std::string& shape) {
    write_masks(folder / "m.safetensors", std::move(bits), shape);
    return refusal_of(folder / "m.safetensors");
  };
  EXPECT_NE(refused({0xff}, "[3,3]").find("has 1 bytes of bits"), std::string::npos);
  EXPECT_NE(refused({0xff, 0x40}, "[3,3]").find("bits beyond its last weight"), std::string::npos);
  for (const char* shape : {"", "[", "[]", "3,3", "[3;3]", "[-3,3]", "[x]",
                            "[9223372036854775807,9223372036854775807]"})
    EXPECT_NE(refused({0xff}, shape).find("the shape of w is"), std::string::npos) << shape;
}

TEST(Inspect, ComparesSparseValuesWithTheirBits) {
  test::TempDir folder;
  const std::uint8_t bits[] = {0b10100000};
  const std::vector<float> two = {1.5f, 0.0f}, three = {1, 2, 3};
  const auto write = [&](const std::vector<float>& values) {
    io::write_safetensors(folder / "model.sparse.safetensors",
                          {{"w.bitmap", io::Dtype::u8, {1}, std::as_bytes(std::span(bits))},
                           io::float_tensor("w.values", {std::ssize(values)}, values)},
                          {{"format", "stockpot-sparse"}, {"shape.w", "[2,4]"}});
  };
  write(two);
  const std::string text = output_of(folder.path());
  EXPECT_NE(text.find("kept 2 of 8 prunable weights"), std::string::npos) << text;
  EXPECT_NE(text.find("1 zeros of 2 values"), std::string::npos) << text;
  write(three);
  EXPECT_NE(refusal_of(folder.path()).find("w keeps 2 weights (it has 3 values)"),
            std::string::npos);
}

TEST(Inspect, CountsWhatPredictionsGotRight) {
  test::TempDir folder;
  io::PredictionTable table{.facts = {{"data", "mnist"}, {"split", "test"}},
                            .class_names = {"a", "b"},
                            .samples = 3,
                            .columns = {}};
  table.columns = {{"index", {}, std::vector<std::int64_t>{0, 1, 2}, "1", ""},
                   {"label", {}, std::vector<std::int64_t>{0, 1, 1}, "1", ""},
                   {"logits", {2}, std::vector<float>{2, 1, 3, 0, -1, 5}, "1", ""},
                   {"features", {1}, std::vector<float>{0, NAN, 1}, "1", ""}};
  io::write_predictions(folder / "p.h5", table);
  const std::string text = output_of(folder / "p.h5");
  EXPECT_NE(text.find("predictions for 3 samples"), std::string::npos) << text;
  EXPECT_NE(text.find("accuracy 0.666667: 2 of 3 samples"), std::string::npos) << text;
  EXPECT_NE(text.find("1 NaN or infinite"), std::string::npos) << text;
  EXPECT_NE(text.find("split: test"), std::string::npos) << text;
  test::write_text(folder / "p.h5", test::read_text(folder / "p.h5").replace(100, 1, "?"));
  EXPECT_NE(refusal_of(folder / "p.h5").find("its checksum does not fit"), std::string::npos);
}

TEST(Inspect, CountsTheLinesOfMetrics) {
  test::TempDir folder;
  test::write_text(folder / "metrics.jsonl",
                   "{\"event\":\"train\",\"step\":10,\"loss\":0.5,\"sparsity\":0.25}\n"
                   "{\"event\":\"note\",\"step\":12,\"what\":\"x\"}\n{\"event\":\"tr");
  const std::string text = output_of(folder / "metrics.jsonl");
  EXPECT_NE(text.find("2 lines and 12 bytes of one that has not ended"), std::string::npos) << text;
  EXPECT_NE(text.find("at step 10: loss 0.5, sparsity 0.25"), std::string::npos) << text;
  EXPECT_NE(text.find("last step 12"), std::string::npos) << text;
  test::write_text(folder / "metrics.jsonl", "{\"event\":\"note\",\"step\":1}\nno json\n");
  EXPECT_NE(refusal_of(folder / "metrics.jsonl").find("metrics.jsonl:2 is no line"),
            std::string::npos);
}

TEST(Inspect, ShowsTheSettingsThatDifferFromTheirDefaults) {
  test::TempDir folder;
  test::write_text(folder / "config.ini", "name = mine\n[isp]\ndenoisers = 7\n");
  const std::string text = output_of(folder.path());
  EXPECT_NE(text.find("folder runs/mine-"), std::string::npos) << text;
  EXPECT_NE(text.find("isp.denoisers = 7\n  2 of "), std::string::npos) << text;
  EXPECT_NE(text.find("the run is not complete; `stockpot run "), std::string::npos) << text;
}

TEST(Inspect, KnowsAPartOfAStateAndItsDamage) {
  test::TempDir folder;
  const std::vector<float> values{1.0f, 0.0f};
  auto bytes = io::encode_safetensors({io::float_tensor("weights", {2}, values)},
                                      {{"format", "stockpot-state"},
                                       {"rank", "1"},
                                       {"ranks", "2"},
                                       {"moment", "action 3 step 40"},
                                       {"crc32", std::string(io::kNoChecksum)}});
  io::put_own_checksum(bytes);
  const auto write = [&] {
    test::write_text(folder / "part.safetensors",
                     {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  };
  write();
  const std::string text = output_of(folder / "part.safetensors");
  EXPECT_NE(text.find("part 1 of 2 of a run's state (checksum right), action 3 step 40"),
            std::string::npos)
      << text;
  bytes.back() = std::byte{1};
  write();
  EXPECT_NE(refusal_of(folder / "part.safetensors").find("its checksum does not fit"),
            std::string::npos);
}

TEST(Inspect, SaysThatAFileIsNotOneOfOurs) {
  test::TempDir folder;
  for (const char* content : {"", "these are not weights", "[data]\nname = mnist\n"}) {
    test::write_text(folder / "notes", content);
    EXPECT_NE(refusal_of(folder / "notes").find("is no file that stockpot writes"),
              std::string::npos)
        << content;
  }
}

TEST(Inspect, RefusesAnythingElse) {
  test::TempDir folder;
  test::write_text(folder / "notes.txt", "these are not weights");
  EXPECT_THROW(jobs::inspect({(folder / "notes.txt").string()}), DataError);
  EXPECT_THROW(jobs::inspect({(folder / "none").string()}), DataError);
  EXPECT_THROW(jobs::inspect({folder.path().string()}), DataError);
  EXPECT_THROW(jobs::inspect({}), UsageError);
}

namespace {

/// A checkpoint of one part, whose mask keeps `bits` of 70 weights, in the run folder `run`.
std::filesystem::path write_checkpoint(const std::filesystem::path& run, std::int64_t says_kept) {
  const io::CheckpointStore store(run);
  const auto name = io::checkpoint_name(30, 2);
  store.make(name);
  const std::vector<std::int64_t> size{70}, words{-1, 0b101};
  const auto part =
      io::encode_safetensors({{"mask/size", io::Dtype::i64, {1}, std::as_bytes(std::span(size))},
                              {"mask/words", io::Dtype::i64, {2}, std::as_bytes(std::span(words))}},
                             {{"format", "stockpot-state"}});
  store.commit({.name = name,
                .parent = "step-00000020.1",
                .attempt = 2,
                .steps = 30,
                .run = {.settings = "0123456789abcdef", .model = {}, .data = {}, .inputs = {}},
                .method = "isp",
                .action = 4,
                .done = 1,
                .step = 18,
                .kept = says_kept,
                .metrics_bytes = 0,
                .parts = {store.write_part(name, 0, part)},
                .members = {}});
  return store.path_of(name);
}

}  // namespace

TEST(Inspect, SaysWhatACheckpointHoldsByItsFolderItsManifestAndItsRun) {
  const test::TempDir folder;
  const auto checkpoint = write_checkpoint(folder.path(), 66);
  test::write_text(folder / "config.ini", "name = run\n");
  for (const auto& path : {checkpoint, checkpoint / "manifest.json", folder.path()}) {
    const auto text = output_of(path);
    for (const char* said :
         {"a checkpoint (every checksum right) of a run of isp on 1 rank, attempt 2",
          "18 steps of the main network, 30 with those of look-aheads; 4 actions done",
          "kept 66 of 70 prunable weights by the bits of its mask", "run id 0123456789abcdef",
          "before it: step-00000020.1", "state-0.safetensors"})
      EXPECT_NE(text.find(said), std::string::npos) << said << "\n" << text;
  }
  EXPECT_NE(output_of(folder.path()).find("goes on from its checkpoint"), std::string::npos);
}

TEST(Inspect, RefusesACheckpointThatIsDamagedContradictsItselfOrLiesElsewhere) {
  const test::TempDir folder;
  const auto checkpoint = write_checkpoint(folder.path(), 65);
  EXPECT_NE(refusal_of(checkpoint).find("its mask keeps 66 weights, its manifest says 65"),
            std::string::npos)
      << refusal_of(checkpoint);
  write_checkpoint(folder.path(), 66);
  std::filesystem::copy(checkpoint, folder / "copy");
  EXPECT_NE(refusal_of(folder / "copy").find("does not lie in `checkpoints` of a run folder"),
            std::string::npos);
  auto part = test::read_text(checkpoint / "state-0.safetensors");
  part.back() = 'x';
  test::write_text(checkpoint / "state-0.safetensors", part);
  EXPECT_NE(refusal_of(checkpoint).find("holds other bytes than were written"), std::string::npos);
  std::filesystem::remove(checkpoint / "state-0.safetensors");
  EXPECT_NE(refusal_of(checkpoint / "manifest.json").find("is missing"), std::string::npos);
}
