// SPDX-License-Identifier: Apache-2.0
// Every row of the table of methods, with its ini, on real images and on real texts: it ends at its
// count, and 3 and 4 ranks end in the bits of one (whose hashes the program of one rank leaves in a
// file). A new row is tested by being there.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <ATen/Parallel.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "comm/gradient_reducer.hpp"
#include "config/load.hpp"
#include "core/sparsity.hpp"
#include "data/load.hpp"
#include "engine/engine.hpp"
#include "engine/state_bytes.hpp"
#include "model/model.hpp"
#include "prune/programs/schedule.hpp"
#include "support/world.hpp"

using namespace stockpot;
namespace fs = std::filesystem;

namespace {

/// A method on some data.
struct Case {
  std::string method, data;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.method << " on " << c.data; }

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const char* data : {"images", "texts"})
    for (const auto& row : prune::described_methods()) all.push_back({row.method.name, data});
  return all;
}

const char* test_data() { return std::getenv("STOCKPOT_TEST_DATA"); }

config::Source small(const std::string& data) {
  config::Source settings;
  const auto set = [&](const char* key, const std::string& value) {
    settings.push_back({key, value, "--"});
  };
  set("dist.reduction", "fixed");
  set("train.steps", "20");
  set("train.batch", "16");
  set("train.lr", "1e-3");
  set("data.train_size", "160");
  set("data.validation_size", "20");
  set("data.test_size", "20");
  set("prune.sparsity", "0.5");
  set("prune.search_share", "0.2");
  set("prune.rewind_step", "2");
  set("prune.samples_per_class", "5");
  set("isp.denoisers", "3");
  set("isp.look_ahead_steps", "2");
  set("isp.round_steps", "1");
  set("isp.look_ahead_share", "0");
  if (data == "images") {
    set("data.name", "fashion_mnist");
    set("data.dir", "/usr/share/datasets/fashion-mnist");
    set("model.width", "16");
    set("model.depth", "2");
    set("model.heads", "2");
    set("model.mlp_width", "32");
    return settings;
  }
  const fs::path root = test_data(), source = STOCKPOT_SOURCE_DIR;
  set("data.name", "cola");
  set("data.dir", (root / "glue/CoLA").string());
  set("data.max_length", "16");
  set("model.name", "bert");
  set("model.vocab", (root / "minilm-l6").string());
  set("model.config", (source / "tests/prune/small_bert.json").string());
  return settings;
}

config::RunConfig settings_of(const Case& c) {
  const auto ini = fs::path(STOCKPOT_SOURCE_DIR) / "configs/methods" / (c.method + ".ini");
  auto config = config::load({ini.string()}, small(c.data));
  if (c.method == "isp_released") config.isp.look_ahead_share = 0.2;
  return config;
}

const data::Splits& splits_of(const Case& c) {
  static std::map<std::string, data::Splits> all;
  const auto found = all.find(c.data);
  if (found != all.end()) return found->second;
  const auto config = settings_of(c);
  return all[c.data] = data::load(config.data, config.seed, model::image_form(config.model),
                                  config.model.vocab);
}

/// Hash of all that a run of the case ends with, and whether its count is the one asked for.
std::uint64_t ended(const Case& c) {
  const auto config = settings_of(c);
  const auto& splits = splits_of(c);
  const auto model = model::make_model(config.model, splits.train.dataset->shape());
  const auto method = prune::make_method(config.prune);
  const auto prunable = model->layout()->prunable();
  const auto plan = prune::make_plan(
      method, config,
      prune::make_budget(config.train, splits.train.size(), prunable, splits.validation.size()));
  const auto reducer = comm::make_gradient_reducer("mpi", {}, test::world());
  Progress progress("test", 1, false);
  engine::Journal journal(std::nullopt, progress);
  const train::Task task{config, *model, splits, test::world()};
  engine::Engine engine(task, *reducer, journal);
  model::Weights weights(model->layout(), at::kCPU);
  model::initialise(weights, config.seed);
  auto state = engine::fresh_state(std::move(weights), plan.line, config.train);
  engine.run(*plan.program, state);
  EXPECT_EQ(state.mask->kept(),
            method.schedule == "never" ? prunable : keep_count(config.prune.sparsity, prunable));
  EXPECT_TRUE(test::world().same_on_all_ranks(engine::hash_of(state)));
  return engine::hash_of(state);
}

fs::path file_of(const Case& c) {
  return fs::path(STOCKPOT_HASH_FOLDER) / (c.method + "-" + c.data);
}

class EveryMethod : public testing::TestWithParam<Case> {};

}  // namespace

TEST_P(EveryMethod, EndsInTheBitsOfOneRankUnderItsOwnIni) {
  const auto& c = GetParam();
  if (c.data == "images" && !fs::exists("/usr/share/datasets/fashion-mnist"))
    GTEST_SKIP() << "Fashion-MNIST is not installed";
  if (c.data == "texts" && test_data() == nullptr) GTEST_SKIP() << "STOCKPOT_TEST_DATA is not set";
  at::set_num_threads(1);
  const auto hash = ended(c);
  if (test::world().size() == 1) {
    fs::create_directories(STOCKPOT_HASH_FOLDER);
    std::ofstream(file_of(c)) << hash;
    return;
  }
  std::uint64_t of_one_rank = 0;
  std::ifstream(file_of(c)) >> of_one_rank;
  EXPECT_EQ(hash, of_one_rank);
}

INSTANTIATE_TEST_SUITE_P(OfTheTable, EveryMethod, testing::ValuesIn(cases()),
                         [](const auto& one) { return one.param.method + "_" + one.param.data; });
