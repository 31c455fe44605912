// SPDX-License-Identifier: Apache-2.0
// What a watchdog knows; how it ends a job is tests/jobs/hang_test.cpp.
#include "comm/watchdog.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "support/world.hpp"

using namespace stockpot;
using namespace std::chrono_literals;
using comm::Stage;
using comm::Watchdog;

TEST(Watchdog, IsMorePatientWhereTheRunIsSlow) {
  Watchdog dog(0.01, test::world());
  EXPECT_GT(dog.deadline_s(), 0.01) << "files are read at the beginning";
  const Watchdog::At stepping(dog, Stage::step);
  EXPECT_EQ(dog.deadline_s(), 0.01);
  dog.step_ended();
  for (int step = 0; step < 3; ++step) {
    for (int part = 0; part < 10; ++part) {
      std::this_thread::sleep_for(1ms);
      test::world().max(part);
    }
    dog.step_ended();
  }
  EXPECT_GT(dog.deadline_s(), 0.09) << "ten times ten milliseconds";
  {
    const Watchdog::At saving(dog, Stage::save);
    EXPECT_EQ(dog.deadline_s(), 0.01) << "no checkpoint was made yet";
  }
  EXPECT_GT(dog.deadline_s(), 0.09) << "it is at steps again";
}

TEST(Watchdog, TheDumpNamesCallsOfEveryGroupThatLives) {
  const auto& world = test::world();
  const auto part = world.split("part", 0, world.rank());
  part.barrier();
  part.max(1);
  const auto text = comm::text_of_calls(world.records());
  EXPECT_NE(text.find("group world: "), std::string::npos) << text;
  EXPECT_NE(text.find("group part: 2 calls, 2 returned"), std::string::npos) << text;
  EXPECT_NE(text.find("'barrier' of group part (call 1, collective 1, 0 bytes)"), std::string::npos)
      << text;
}

TEST(Watchdog, TheRecordOfAGroupGoesWithIt) {
  const auto& world = test::world();
  const auto before = world.records().all().size();
  {
    const auto part = world.split("part", 0, world.rank());
    EXPECT_EQ(world.records().all().size(), before + 1);
    const auto own = part.alone();
    EXPECT_EQ(world.records().all().size(), before + 2);
  }
  EXPECT_EQ(world.records().all().size(), before);
}
