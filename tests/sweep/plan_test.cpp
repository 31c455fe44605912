// SPDX-License-Identifier: Apache-2.0
#include "sweep/plan.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "core/error.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using sweep::Point;
using sweep::SweepFolder;

namespace {

const std::vector<Point> kPoints{{.number = 0,
                                  .run_id = "aaaaaaaaaaaa",
                                  .folder = "runs/x-aaaaaaaaaaaa",
                                  .settings = {{"seed", "1"}, {"name", "a \"b\"\n $(c)"}},
                                  .steps = 12,
                                  .bytes = 99},
                                 {.number = 1,
                                  .run_id = "bbbbbbbbbbbb",
                                  .folder = "runs/x-bbbbbbbbbbbb",
                                  .settings = {{"seed", "2"}, {"name", "-rf"}},
                                  .steps = 13,
                                  .bytes = 98}};
const std::vector<std::string> kInis{"seed = 1\n", "seed = 2\n"};

std::string text_in(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// A plan on the disk whose points.jsonl a test changes.
class Plan : public ::testing::Test {
 protected:
  void put(const std::string& text) const { std::ofstream(folder_.points()) << text; }
  std::string refusal() const {
    try {
      folder_.read();
      return "";
    } catch (const DataError& error) {
      return error.what();
    }
  }
  void replace(std::string_view a, std::string_view b) const {
    const auto text = text_in(folder_.points());
    const std::string_view whole = text;
    const auto at = whole.find(a);
    ASSERT_LT(at, whole.size());
    put(fmt::format("{}{}{}", whole.substr(0, at), b, whole.substr(at + a.size())));
  }
  void plan() const { folder_.plan(kPoints, kInis); }

  test::TempDir dir_;
  SweepFolder folder_{dir_ / "sweep"};
};

}  // namespace

TEST_F(Plan, IsReadAsItWasWritten) {
  EXPECT_FALSE(folder_.is_planned());
  plan();
  EXPECT_EQ(folder_.read(), kPoints);
  EXPECT_EQ(text_in(folder_.ini_of(1)), kInis[1]);
}

TEST_F(Plan, MadeAgainChangesNothingAndAnotherIsRefused) {
  plan();
  const auto before = text_in(folder_.points());
  plan();
  EXPECT_EQ(text_in(folder_.points()), before);
  auto other = kPoints;
  other[1].steps = 14;
  EXPECT_THROW(folder_.plan(other, kInis), ConfigError);
  EXPECT_EQ(text_in(folder_.points()), before);
}

TEST_F(Plan, ThatIsNotThereSaysWhatMakesIt) { EXPECT_THROW(folder_.read(), ConfigError); }

TEST_F(Plan, IsRefusedWithItsLineWhereItIsDamaged) {
  plan();
  const auto whole = text_in(folder_.points());
  put(fmt::format("{}", std::string_view(whole).substr(0, whole.size() / 2)));
  EXPECT_NE(refusal().find("points.jsonl"), std::string::npos) << refusal();
  const auto second_line = whole.find('\n') + 1;
  put(fmt::format("{}", std::string_view(whole).substr(0, whole.find('\n', second_line) + 1)));
  EXPECT_NE(refusal().find("1 points of 2"), std::string::npos) << refusal();
  put(whole);
  replace("\"version\":1", "\"version\":2");
  EXPECT_NE(refusal().find("points.jsonl:1: its version is 2"), std::string::npos) << refusal();
  put(whole);
  replace("runs/x-bbbbbbbbbbbb", "runs/../../bbbbbbbb");
  EXPECT_NE(refusal().find("points.jsonl:3: a folder that is not below"), std::string::npos);
  put("");
  EXPECT_NE(refusal(), "");
}
