// SPDX-License-Identifier: Apache-2.0
#include "energy/energy_meter.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <thread>

#include "core/cost.hpp"
#include "energy/cost_watch.hpp"

namespace energy = stockpot::energy;
using stockpot::CostLedger;
using stockpot::Phase;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

void let_readings_age() { std::this_thread::sleep_for(2 * energy::EnergyMeter::kFresh); }

/// The meter of this process, without counters again at the end of a test.
struct MeterOfTest {
  explicit MeterOfTest(std::vector<energy::Counter> counters) {
    energy::measure(std::move(counters));
  }
  ~MeterOfTest() { energy::measure({}); }
};

}  // namespace

TEST(EnergyMeter, SumsItsCounters) {
  energy::EnergyMeter meter({{"a", [] { return 1.5; }}, {"b", [] { return 2.0; }}});
  EXPECT_EQ(meter.joules(), 3.5);
}

TEST(EnergyMeter, ReadsAgainOnlyWhatIsOld) {
  int readings = 0;
  energy::EnergyMeter meter({{"a", [&] { return ++readings; }}});
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 1000; ++i) meter.joules();
  const auto passed = std::chrono::steady_clock::now() - begin;
  EXPECT_LE(readings, 1 + passed / energy::EnergyMeter::kFresh);
  const int before = readings;
  let_readings_age();
  meter.joules();
  EXPECT_EQ(readings, before + 1);
}

TEST(EnergyMeter, IsNotANumberForGoodOnceACounterFailed) {
  bool fails = false;
  energy::EnergyMeter meter({{"a", [&] { return fails ? kNaN : 1.0; }}});
  EXPECT_EQ(meter.joules(), 1.0);
  fails = true;
  let_readings_age();
  EXPECT_TRUE(std::isnan(meter.joules()));
  fails = false;
  let_readings_age();
  EXPECT_TRUE(std::isnan(meter.joules()));
}

TEST(CostWatch, MeasuresWhatWasDrawnSinceItBegan) {
  double drawn = 100;
  const MeterOfTest meter({{"a", [&] { return drawn; }}});
  const energy::CostWatch watch;
  drawn = 107;
  let_readings_age();
  const auto spent = watch.spent();
  EXPECT_EQ(spent.energy_j, 7);
  EXPECT_GE(spent.wall_s, 0.02);
}

TEST(CostWatch, HasNoEnergyOnAMachineThatDoesNotCount) {
  EXPECT_TRUE(std::isnan(energy::CostWatch().spent().energy_j));
}

TEST(CostLedger, SumsTheEnergyOfAPhase) {
  CostLedger ledger;
  ledger.book(Phase::train, {}, {.wall_s = 1, .energy_j = 20});
  ledger.book(Phase::train, {}, {.wall_s = 2, .energy_j = 40});
  ledger.book(Phase::evaluate, {}, {.wall_s = 1, .energy_j = 5});
  ASSERT_EQ(ledger.rows().size(), 2U);
  EXPECT_EQ(ledger.rows()[0].energy_j, 60);
  EXPECT_EQ(ledger.rows()[1].energy_j, 5);
}

TEST(CostLedger, NeverShowsAPartOfTheEnergyAsTheWhole) {
  CostLedger ledger;
  ledger.book(Phase::train, {}, {.wall_s = 1, .energy_j = 20});
  ledger.book(Phase::train, {}, {.wall_s = 1, .energy_j = kNaN});  // gone on elsewhere
  ledger.book(Phase::train, {}, {.wall_s = 1, .energy_j = 20});
  EXPECT_TRUE(std::isnan(ledger.rows()[0].energy_j));
}
