// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>

#include "config/number_list.hpp"
#include "files.hpp"

using namespace stockpot;
using namespace stockpot::test;
namespace fs = std::filesystem;

namespace {

const fs::path kConfigs = fs::path(STOCKPOT_SOURCE_DIR) / "configs";

}  // namespace

TEST(ShippedConfigs, AllLoadOnTopOfTheBase) {
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(kConfigs)) {
    if (entry.path().extension() != ".ini") continue;
    EXPECT_NO_THROW(configure({(kConfigs / "base.ini").string(), entry.path().string()}))
        << entry.path();
    ++files;
  }
  EXPECT_GE(files, 15);
}

TEST(ShippedConfigs, NameTheirMethod) {
  for (const auto& entry : fs::directory_iterator(kConfigs / "methods")) {
    const auto config = configure({(kConfigs / "base.ini").string(), entry.path().string()});
    const auto name = entry.path().stem().string();
    if (config.soup.method == "none") {
      EXPECT_EQ(config.prune.method, name);
    } else {
      EXPECT_TRUE(name == config.soup.method || name == config.soup.method + "_soup") << name;
    }
  }
}

TEST(ShippedConfigs, BaseSpellsOutTheDefaults) {
  const auto config = configure({(kConfigs / "base.ini").string()});
  const config::RunConfig defaults;
  EXPECT_EQ(config.train.lr, defaults.train.lr);
  EXPECT_EQ(config.train.epochs, defaults.train.epochs);
  EXPECT_EQ(config.isp.denoisers, defaults.isp.denoisers);
  EXPECT_EQ(config.isp.rate, defaults.isp.rate);
}

TEST(ShippedConfigs, OfTheQuickstartStandAloneAndShareOneBudget) {
  const auto isp = configure({(kConfigs / "quickstart/isp.ini").string()});
  for (const char* name : {"dense", "random", "one_shot", "lth", "isp_no_denoiser"}) {
    const auto config =
        configure({(kConfigs / "quickstart" / (std::string(name) + ".ini")).string()});
    EXPECT_EQ(config.name, name);
    EXPECT_EQ(config.train.steps, isp.train.steps) << name;
    EXPECT_EQ(config.prune.sparsity, isp.prune.sparsity) << name;
    EXPECT_EQ(config.model.weights, "quickstart/pretrain/model.safetensors") << name;
  }
  EXPECT_EQ(configure({(kConfigs / "quickstart/pretrain.ini").string()}).model.weights, "random");
}

TEST(ShippedConfigs, OfTheLotteryPoolsPaperHaveItsTraining) {
  for (const char* data : {"cifar10", "cifar100"})
    for (const char* model : {"resnet18", "vgg16"}) {
      const auto file = std::string("papers/lottery_pools_") + data + "_" + model + ".ini";
      const auto config = configure({(kConfigs / file).string()}, {"--data.dir=cifar"});
      EXPECT_EQ(config.data.name, data);
      EXPECT_EQ(config.model.name, model);
      EXPECT_EQ(config.data.validation_size, 5000);
      EXPECT_EQ(config.data.augment, "crop_flip");
      EXPECT_EQ(config.train.optimizer, "sgd");
      EXPECT_EQ(config.train.epochs, 182);
      EXPECT_EQ(config.train.batch, 128);
      EXPECT_EQ(config.train.lr, 0.1);
      EXPECT_EQ(config.train.momentum, 0.9);
      EXPECT_EQ(config.train.weight_decay, 1e-4);
      EXPECT_EQ(config.train.schedule, "steps");
      EXPECT_EQ(config.train.drop_at, "0.5 0.747253");  // tests/train: epochs 91 and 136
      EXPECT_EQ(config.train.clip_norm, 0);
    }
}

TEST(ShippedConfigs, OfTable6SoupsTrainEveryCombinationOfTheirListsOnce) {
  for (const auto& [kind, task] : {std::pair{"clip", "cifar100"}, {"bert", "qnli"}})
    for (const char* soup : {"uniform", "greedy"}) {
      const auto config =
          configure({(kConfigs / "tasks" / (std::string(task) + ".ini")).string(),
                     (kConfigs / "methods" / (std::string(soup) + "_soup.ini")).string(),
                     (kConfigs / "papers/instant_soup_table6_").string() + kind + ".ini"},
                    {"--data.dir=data"});
      EXPECT_EQ(config.soup.method, soup);
      EXPECT_EQ(config.prune.method, "dense");
      std::int64_t combinations = 1;
      for (const auto& list : {config.soup.lrs, config.soup.weight_decays, config.soup.batches})
        if (!list.empty()) combinations *= std::ssize(*config::number_list(list));
      EXPECT_EQ(combinations, config.soup.count) << kind;
      EXPECT_EQ(config.soup.count, 8) << kind;
    }
}

TEST(ShippedConfigs, OfGlueStandAloneAndFollowTable1) {
  for (const char* name : {"cola", "sst2", "mrpc", "qqp", "stsb", "mnli", "qnli", "rte", "wnli"}) {
    const auto config = configure({(kConfigs / "tasks" / (std::string(name) + ".ini")).string()},
                                  {"--data.dir=glue"});
    EXPECT_EQ(config.data.name, name);
    EXPECT_EQ(config.model.name, "bert") << name;
    EXPECT_EQ(config.train.batch, 32) << name;
    EXPECT_EQ(config.train.lr, 2e-5) << name;
    EXPECT_EQ(config.train.weight_decay, 0) << name;
    EXPECT_EQ(config.train.epochs, 10) << name;
    EXPECT_EQ(config.isp.denoisers, 4) << name;
    EXPECT_EQ(config.isp.look_ahead_steps, 30) << name;
    EXPECT_EQ(config.isp.rate, 0.1) << name;
  }
}
