// SPDX-License-Identifier: Apache-2.0
#include "io/checkpoint_store.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/error.hpp"
#include "io/files.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using io::CheckpointManifest;
using io::CheckpointStore;

namespace {

namespace fs = std::filesystem;

/// A run folder with metrics, a member of a soup and one checkpoint of two parts: small, so that
/// every byte of it can be damaged.
struct SmallRun {
  SmallRun() {
    test::write_text(folder / "metrics.jsonl", "{\"step\":1}\n{\"step\":2}\n");
    fs::create_directories(folder / "members");
    test::write_text(folder / "members/member-000.safetensors", "weights of a member");
    put(name, {"the part of rank 0, which has all that is equal", "and that of rank 1"});
  }

  void put(const std::string& which, const std::vector<std::string>& parts) const {
    store.make(which);
    io::CheckpointManifest manifest{.name = which,
                                    .parent = "",
                                    .attempt = io::checkpoint_age(which)->attempt,
                                    .steps = io::checkpoint_age(which)->steps,
                                    .run = {"settings", "model", "data", "inputs"},
                                    .method = "isp",
                                    .action = 3,
                                    .step = 12,
                                    .metrics_bytes = 22,
                                    .parts = {},
                                    .members = {store.look_at("members/member-000.safetensors")}};
    for (int rank = 0; rank < static_cast<int>(parts.size()); ++rank)
      manifest.parts.push_back(
          store.write_part(which, rank, test::as_bytes(parts[static_cast<std::size_t>(rank)])));
    store.commit(manifest);
  }

  /// What opening it says; empty: it is good.
  std::string says(const std::string& which) const {
    try {
      store.verify(store.manifest_of(which));
      return "";
    } catch (const DataError& error) {
      return error.what();
    }
  }
  std::string says() const { return says(name); }

  test::TempDir folder;
  io::CheckpointStore store{folder.path()};
  const std::string name = io::checkpoint_name(1200, 1);
};

/// The files that a checkpoint stands on.
std::vector<fs::path> files_of(const SmallRun& run) {
  return {run.store.path_of(run.name) / "manifest.json",
          run.store.path_of(run.name) / "state-0.safetensors",
          run.store.path_of(run.name) / "state-1.safetensors",
          run.folder / "members/member-000.safetensors"};
}

}  // namespace

TEST(CheckpointStore, NamesTellStepsAndAttempt) {
  EXPECT_EQ(io::checkpoint_name(1200, 3), "step-00001200.3");
  EXPECT_EQ(io::checkpoint_age("step-00001200.3"),
            (io::CheckpointAge{.attempt = 3, .steps = 1200}));
  EXPECT_EQ(io::checkpoint_age(io::checkpoint_name(12345678901, 12)),
            (io::CheckpointAge{.attempt = 12, .steps = 12345678901}));
  for (const char* other : {"", "step-", "step-1", "step-1.", "step-.1", "step-1.1x", "step--1.1",
                            "step-1.-1", "attempts.jsonl", "step-99999999999999999999.1"})
    EXPECT_FALSE(io::checkpoint_age(other)) << other;
}

TEST(CheckpointStore, ReadsBackWhatItCommits) {
  const SmallRun run;
  EXPECT_EQ(run.says(), "");
  const auto manifest = run.store.manifest_of(run.name);
  EXPECT_EQ(manifest.step, 12);
  EXPECT_EQ(manifest.run.inputs, "inputs");
  ASSERT_EQ(manifest.parts.size(), 2U);
  EXPECT_EQ(manifest.parts[1].bytes, 18U);
  EXPECT_EQ(manifest.members.size(), 1U);
}

TEST(CheckpointStore, AFolderWithoutManifestIsNone) {
  const SmallRun run;
  run.store.make("step-00001300.1");
  run.store.write_part("step-00001300.1", 0, test::as_bytes("a part"));
  test::write_text(run.store.path_of(run.name) / ".state-0.safetensors.1.0.tmp", "half");
  EXPECT_EQ(run.store.names(), std::vector{run.name});
  run.store.remove_unfinished();
  EXPECT_FALSE(fs::exists(run.store.path_of("step-00001300.1")));
  EXPECT_EQ(test::files_in(run.store.path_of(run.name)), 3U);
  EXPECT_EQ(run.says(), "");
}

TEST(CheckpointStore, TheNewestIsOfTheLastAttempt) {
  const SmallRun run;  // an attempt goes on from the newest good one, which may be an older one
  for (const char* name : {"step-00001300.1", "step-00001250.2", "step-00001260.2"})
    run.put(name, {"a"});
  EXPECT_EQ(run.store.names(), (std::vector<std::string>{"step-00001260.2", "step-00001250.2",
                                                         "step-00001300.1", "step-00001200.1"}));
  run.store.remove("step-00001260.2");
  EXPECT_EQ(run.store.names().front(), "step-00001250.2");
}

TEST(CheckpointStore, FindsABitThatFlipsInAnyByte) {
  const SmallRun run;
  std::size_t flips = 0;
  for (const auto& file : files_of(run)) {
    const auto good = test::read_text(file);
    for (std::size_t i = 0; i < good.size(); ++i) {
      auto bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1 << (i % 8)));
      test::write_text(file, bad);
      ASSERT_NE(run.says(), "") << file << " byte " << i;
      ++flips;
    }
    test::write_text(file, good);
  }
  EXPECT_EQ(run.says(), "");
  EXPECT_GT(flips, 900U);
}

TEST(CheckpointStore, FindsEveryTruncationAndWhatIsBehindTheEnd) {
  const SmallRun run;
  for (const auto& file : files_of(run)) {
    const auto good = test::read_text(file);
    for (std::size_t length = 0; length < good.size(); ++length) {
      test::write_text(file, good.substr(0, length));
      ASSERT_NE(run.says(), "") << file << " cut to " << length;
    }
    for (const char* more : {"\n", " ", "\0", "{}"}) {
      test::write_text(file, good + more + (*more == '\0' ? std::string(1, '\0') : ""));
      ASSERT_NE(run.says(), "") << file << " with more behind it";
    }
    test::write_text(file, good);
  }
}

TEST(CheckpointStore, FindsFilesThatAreMissingExtraOrOfAnother) {
  const auto damaged = [](const auto& damage) {
    const SmallRun run;
    run.put("step-00001300.1", {"another state of rank 0", "another one of rank 1"});
    damage(run);
    EXPECT_EQ(run.says("step-00001300.1"), "") << "the other one is untouched";
    return run.says();
  };
  const auto part = [](const SmallRun& run, int rank) {
    return run.store.path_of(run.name) / io::part_name(rank);
  };
  EXPECT_NE(damaged([&](auto& run) { fs::remove(part(run, 1)); }).find("is missing"),
            std::string::npos);
  EXPECT_NE(damaged([&](auto& run) {
              fs::rename(part(run, 0), run.folder / "aside");
              fs::rename(part(run, 1), part(run, 0));
              fs::rename(run.folder / "aside", part(run, 1));
            }),
            "");
  const auto of_other = [](const SmallRun& run, const std::string& file) {
    fs::copy_file(run.store.path_of("step-00001300.1") / file, run.store.path_of(run.name) / file,
                  fs::copy_options::overwrite_existing);
  };
  EXPECT_NE(damaged([&](auto& run) { of_other(run, "state-0.safetensors"); }), "");
  EXPECT_NE(damaged([&](auto& run) { of_other(run, "manifest.json"); }).find("step-00001300.1"),
            std::string::npos);
  EXPECT_NE(damaged([&](auto& run) {
              test::write_text(part(run, 2), "a third");
            }).find("is no part of it"),
            std::string::npos);
  EXPECT_NE(damaged([&](auto& run) {
              fs::remove(part(run, 0));
              fs::create_directory(part(run, 0));
            }),
            "");
}

TEST(CheckpointStore, FindsLinesOfMetricsThatAreLost) {
  const SmallRun run;
  fs::resize_file(run.folder / "metrics.jsonl", 21);
  EXPECT_NE(run.says().find("has lost lines"), std::string::npos) << run.says();
  test::write_text(run.folder / "metrics.jsonl", "{\"step\":1}\n{\"step\":2}\n{\"step\":3}\n");
  EXPECT_EQ(run.says(), "") << "what came after it is cut off, it is no damage";
}

TEST(CheckpointStore, RefusesManifestsOfNewerVersionsAndThatReachOutside) {
  const SmallRun run;
  const auto file = run.store.path_of(run.name) / "manifest.json";
  auto text = test::read_text(file);
  const std::string version = "\"format_version\": 1";
  text.replace(text.find(version), version.size(), "\"format_version\": 2");
  test::write_text(file, text);
  EXPECT_NE(run.says().find("its format version is 2, this program knows 1"), std::string::npos)
      << run.says();
  for (const char* outside : {"../secret", "/etc/passwd", "members/../../secret"}) {
    const SmallRun other;
    test::write_text(other.folder.path().parent_path() / "secret", "x");
    auto manifest = other.store.manifest_of(other.name);
    manifest.members = {{.name = outside, .bytes = 1, .sha256 = "x"}};
    test::write_text(other.store.path_of(other.name) / "manifest.json",
                     io::encode_manifest(manifest));
    EXPECT_NE(other.says().find("does not lie in the folder of the run"), std::string::npos)
        << other.says();
  }
  fs::remove(run.folder.path().parent_path() / "secret");
}

TEST(CheckpointStore, RefusesWhatIsNoManifest) {
  for (const char* text :
       {"", "{", "null", "[]", "{}", "{\"format\":\"stockpot-checkpoint\"}",
        "{\"format\":\"stockpot-checkpoint\",\"format_version\":1}", "{\"format\":7}", "\xff\xfe"})
    EXPECT_NE(test::message_of<DataError>([&] {
                io::decode_manifest(text, "manifest.json");
              }).find("manifest.json is not the manifest of a checkpoint"),
              std::string::npos)
        << text;
}
