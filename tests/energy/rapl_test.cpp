// SPDX-License-Identifier: Apache-2.0
#include "energy/rapl.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "support/temp_dir.hpp"

namespace energy = stockpot::energy;
namespace fs = std::filesystem;

namespace {

/// Folders as Linux shows them, with counters that a test sets.
class Rapl : public ::testing::Test {
 protected:
  void set(const std::string& zone, const std::string& file, const std::string& text) const {
    fs::create_directories(dir_.path() / zone);
    std::ofstream(dir_.path() / zone / file) << text << "\n";
  }
  void add(const std::string& zone, const std::string& name, long energy_uj) const {
    set(zone, "name", name);
    set(zone, "max_energy_range_uj", "262143328850");
    set(zone, "energy_uj", std::to_string(energy_uj));
  }
  std::vector<energy::Counter> counters() const { return energy::rapl_counters(dir_.path()); }

  stockpot::test::TempDir dir_;
};

}  // namespace

TEST_F(Rapl, CountsPackagesAndTheirMemoryOnce) {
  add("intel-rapl:0", "package-0", 7'000'000);
  add("intel-rapl:0:0", "core", 5'000'000);
  add("intel-rapl:0:1", "dram", 2'000'000);
  add("intel-rapl:1", "package-1", 1'000'000);
  add("intel-rapl:2", "psys", 90'000'000);
  add("intel-rapl-mmio:0", "package-0", 7'000'000);
  set("dtpm", "name", "package-0");
  auto found = counters();
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].name, "package-0");
  EXPECT_EQ(found[1].name, "dram");
  EXPECT_EQ(found[2].name, "package-1");
  EXPECT_DOUBLE_EQ(found[0].joules() + found[1].joules() + found[2].joules(), 10.0);
}

TEST_F(Rapl, GoesOnWhereACounterBeginsAtZeroAgain) {
  add("intel-rapl:0", "package-0", 262143000000);
  auto found = counters();
  const double before = found.at(0).joules();
  set("intel-rapl:0", "energy_uj", "671150");
  EXPECT_NEAR(found[0].joules() - before, 1.0, 1e-9);
  set("intel-rapl:0", "energy_uj", "1671150");
  EXPECT_NEAR(found[0].joules() - before, 2.0, 1e-9);
}

TEST_F(Rapl, CountsNothingWhereOneZoneCannotBeRead) {
  add("intel-rapl:0", "package-0", 7'000'000);
  add("intel-rapl:1", "package-1", 1'000'000);
  fs::remove(dir_.path() / "intel-rapl:1" / "energy_uj");
  EXPECT_TRUE(counters().empty());
}

TEST_F(Rapl, CountsNothingOnAMachineWithoutIt) {
  EXPECT_TRUE(counters().empty());
  EXPECT_TRUE(energy::rapl_counters(dir_.path() / "absent").empty());
}

TEST_F(Rapl, IsNotANumberOnceItsFileIsGone) {
  add("intel-rapl:0", "package-0", 7'000'000);
  auto found = counters();
  fs::remove_all(dir_.path() / "intel-rapl:0");
  EXPECT_TRUE(std::isnan(found.at(0).joules()));
}
