// SPDX-License-Identifier: Apache-2.0
// The table of methods as users see it: the page, the ini files, and choices that come from files.
#include <filesystem>

#include "config/load.hpp"
#include "io/result_file.hpp"
#include "jobs/program.hpp"
#include "prune/method.hpp"
#include "prune/method_table.hpp"
#include "soup/recipe.hpp"

using namespace stockpot;
using test::expect_exit;
using test::Images;
namespace fs = std::filesystem;

namespace {

const fs::path kSource = STOCKPOT_SOURCE_DIR;

}  // namespace

TEST(MethodTable, IsThePageAndWhatTheProgramPrints) {
  const auto page = test::read_text(kSource / "docs/method_table.md");
  EXPECT_EQ(prune::method_table() + soup::soup_table(), page)
      << "make it anew: build/cpu/stockpot run --help-methods > docs/method_table.md";
  EXPECT_EQ(test::stockpot("run --help-methods").text, page);
}

TEST(MethodTable, HasAnIniForEveryRowWithItsRule) {
  for (const auto& row : prune::described_methods()) {
    const auto ini = kSource / "configs/methods" / (row.method.name + ".ini");
    ASSERT_TRUE(fs::exists(ini)) << ini;
    const auto config = config::load({ini.string()});
    EXPECT_EQ(config.prune.method, row.method.name);
    if (row.method.denoise) {
      EXPECT_EQ(config.isp.union_rule, row.rule) << ini;
    }
  }
}

TEST(Ratios, OfAFinishedRunOrItsExportedMasksAreThoseOfARandomMask) {
  const Images images;
  const auto run = (images.folder / "isp").string(), out = (images.folder / "out").string();
  ASSERT_EQ(test::stockpot("run " + images.settings("isp")).code, 0);
  ASSERT_EQ(test::stockpot("export " + run + " --format masks --to " + out).code, 0);
  const auto kept = [](const fs::path& folder) {
    std::vector<std::int64_t> counts;
    for (const auto& mask : io::read_result(folder / "result.h5").masks)
      counts.push_back(mask.kept);
    return counts;
  };
  const auto random = " --prune.method=random --prune.ratios_of=";
  expect_exit(test::stockpot("run " + images.settings("of_run") + random + run), 0, "result ");
  expect_exit(
      test::stockpot("run " + images.settings("of_masks") + random + out + "/masks.safetensors"), 0,
      "result ");
  EXPECT_EQ(kept(images.folder / "of_run"), kept(run));
  EXPECT_EQ(kept(images.folder / "of_masks"), kept(run));
  const auto result = io::read_result(images.folder / "of_run" / "result.h5");
  EXPECT_TRUE(std::ranges::any_of(result.inputs, [](const auto& row) {
    return row.role == "masks" && row.file == "result.h5";
  }));
}

TEST(Ratios, ThatAreNotThereOrOfAnotherKindAreRefused) {
  const Images images;
  const auto with = [&](const std::string& path) {
    return test::stockpot("run " + images.settings("x") +
                          " --prune.method=random --prune.ratios_of=" + path);
  };
  expect_exit(with("/no/such/run"), 65, "prune.ratios_of names it");
  expect_exit(with(images.folder.path().string()), 65, "result.h5 is not there");
}

TEST(Grasp, AsksForSamplesOfEveryClassBeforeAnythingStarts) {
  const Images images;
  expect_exit(test::stockpot("run " + images.settings("x") +
                             " --prune.method=grasp --prune.samples_per_class=4096"),
              78, "prune.samples_per_class 4096 is too large for 10 classes");
}
