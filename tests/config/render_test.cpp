// SPDX-License-Identifier: Apache-2.0
#include "config/render.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "files.hpp"

using namespace stockpot;
using namespace stockpot::config;
using namespace stockpot::test;

namespace {

RunConfig example() {
  RunConfig config;
  config.data.dir = std::string("d");
  return config;
}

/// Gives `setting` another valid value, if it has one.
bool change(const Setting& setting) {
  const std::string before = setting.text();
  std::vector<std::string> values = setting.rule.choices;
  values.insert(values.end(), {"0.1234567890123456", "2", "20", "true", "false"});
  for (const std::string& value : values) {
    if (!value.empty() && value != before && setting.assign(value).empty()) return true;
  }
  EXPECT_EQ(setting.rule.choices.size(), 1u) << "no other value of " << setting.key;
  return false;
}

RunConfig reread(const RunConfig& config) {
  const TempDir dir;
  return configure({write(dir, "config.ini", to_ini(config))});
}

}  // namespace

TEST(ToIni, FeedsBackToTheSameSettingsAndRunIdForEverySetting) {
  RunConfig names;
  for (const std::string& key : keys(settings(names))) {
    RunConfig config = example();
    config.train.batch = config.dist.shards = config.model.heads =
        1;                            // so that any other setting may become 2
    config.train.evaluate_every = 1;  // and select may become validation
    if (key == "data.corruptions") config.data.name = "cifar10";
    const auto all = settings(config);
    change(*std::ranges::find(all, key, &Setting::key));
    EXPECT_EQ(to_ini(reread(config)), to_ini(config)) << key;
    EXPECT_EQ(run_id(reread(config)), run_id(config)) << key;
  }
}

TEST(ToIni, WritesNumbersSoThatNoBitIsLost) {
  RunConfig config = example();
  config.train.lr = 0.1 + 0.2;
  config.train.eps = 4.9406564584124654e-324;
  config.isp.rate = 1.0 / 3;
  config.seed = 18446744073709551615u;
  const RunConfig again = reread(config);
  EXPECT_EQ(again.train.lr, 0.1 + 0.2);
  EXPECT_EQ(again.train.eps, 4.9406564584124654e-324);
  EXPECT_EQ(again.isp.rate, 1.0 / 3);
  EXPECT_EQ(again.seed, 18446744073709551615u);
}

TEST(ToIni, StartsWithTheSectionlessSettings) {
  EXPECT_TRUE(
      to_ini(example()).starts_with("name = run\nseed = 0\nrun_root = runs\ndevice = "
                                    "auto\n\n[data]\nname = fashion_mnist\ndir = d\n"))
      << to_ini(example());
}

TEST(ConfigJson, HoldsEverySettingWithItsType) {
  RunConfig config = example();
  config.seed = 18446744073709551615u;
  const auto json = nlohmann::json::parse(config_json(config));
  EXPECT_EQ(json["seed"], 18446744073709551615u);
  EXPECT_EQ(json["isp"]["denoisers"], 5);
  EXPECT_TRUE(json["isp"]["denoisers"].is_number_integer());
  EXPECT_EQ(json["train"]["lr"], 1e-5);
  EXPECT_EQ(json["isp"]["include_base"], true);
  EXPECT_EQ(json["prune"]["schedule"], "");
  std::size_t count = 0;
  for (const auto& value : json) count += value.is_object() ? value.size() : 1;
  EXPECT_EQ(count, settings(config).size());
}

TEST(RunId, IsPinned) {
  // folders of runs are found by it: a change here loses every run ever made
  EXPECT_EQ(canonical_text(RunConfig()), "");
  EXPECT_EQ(run_id(RunConfig()), "efd01f60ba99");
  RunConfig config = example();
  config.seed = 7;
  config.isp.rate = 0.1;
  config.isp.include_base = false;
  config.data.dir = "/no/such/place";
  EXPECT_EQ(canonical_text(config),
            "data.dir=/no/such/place\nisp.include_base=false\nisp.rate=0.1\nseed=7\n");
  EXPECT_EQ(run_id(config), "5981dfb9a8d2");
}

TEST(RunId, IsTheSameForTheFormerDefaultOfThePatch) {
  RunConfig config;
  config.model.patch = 7;
  EXPECT_EQ(run_id(config), run_id(RunConfig()));
  config.model.patch = 4;
  EXPECT_NE(run_id(config), run_id(RunConfig()));
}

TEST(RunId, DependsOnEverySettingThatHasAnEffectOnTheResult) {
  const std::set<std::string> of_the_execution = {"name",
                                                  "run_root",
                                                  "device",
                                                  "dist.backend",
                                                  "dist.threads",
                                                  "soup.keep_members",
                                                  "checkpoint.every_steps",
                                                  "checkpoint.every_s",
                                                  "checkpoint.keep",
                                                  "checkpoint.keep_after",
                                                  "watchdog.hang_s"};
  RunConfig names;
  std::set<std::string> ids = {run_id(names)};
  for (const std::string& key : keys(settings(names))) {
    RunConfig config;
    const auto all = settings(config);
    const bool changed = change(*std::ranges::find(all, key, &Setting::key));
    EXPECT_EQ(ids.insert(run_id(config)).second, changed && !of_the_execution.contains(key)) << key;
  }
}

TEST(RunId, DoesNotDependOnHowAPathIsSpelt) {
  const TempDir dir;
  std::filesystem::create_directory(dir / "data");
  std::filesystem::create_directory_symlink(dir / "data", dir / "link");
  const auto absolute = (dir / "data").string();
  const auto relative = std::filesystem::relative(absolute).string();
  std::set<std::string> ids;
  for (const auto& spelling : {absolute, absolute + "/", relative, (dir / "link").string(),
                               (dir / "data/../data").string(), "./" + relative}) {
    RunConfig config;
    config.data.dir = spelling;
    ids.insert(run_id(config));
  }
  EXPECT_EQ(ids.size(), 1U);
  RunConfig other;
  other.data.dir = dir.path().string();
  EXPECT_FALSE(ids.contains(run_id(other)));
}

TEST(RunFolder, IsRootThenNameThenId) {
  RunConfig config;
  config.run_root = "quickstart/runs";
  config.name = "isp";
  EXPECT_EQ(run_folder(config), "quickstart/runs/isp-" + run_id(config));
}
