// SPDX-License-Identifier: Apache-2.0
#include "core/stop_requests.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <thread>

using namespace stockpot;
using namespace std::chrono_literals;

namespace {

/// Whether `is_so` becomes true within some seconds.
bool comes_true(const std::function<bool()>& is_so) {
  for (int i = 0; i < 5000 && !is_so(); ++i) std::this_thread::sleep_for(1ms);
  return is_so();
}

class StopRequestsDeath : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

/// Send this process signals until one of them ends it.
[[noreturn]] void wait_for_the_end() {
  std::this_thread::sleep_for(20s);
  std::_Exit(0);
}

}  // namespace

TEST(StopRequests, ManySignalsStopOnce) {
  StopRequests requests(/*speaks=*/false);
  std::atomic<int> stops = 0;
  const StopRequests::Taker taker(requests, [&] { ++stops; }, "it is saved");
  for (const int signal : {SIGTERM, SIGUSR2, SIGINT, SIGTERM, SIGUSR2, SIGCONT}) {
    ::kill(::getpid(), signal);
    std::this_thread::sleep_for(2ms);
  }
  EXPECT_TRUE(comes_true([&] { return stops == 1; }));
  std::this_thread::sleep_for(200ms);
  EXPECT_EQ(stops, 1);
}

TEST(StopRequests, NothingEndsAProcessThatStopsBecauseAnotherWasAsked) {
  StopRequests requests(/*speaks=*/false);
  {
    StopRequests::Taker taker(requests, [] { ADD_FAILURE() << "it stops already"; }, "it is saved");
    taker.others_were_asked();
    ::kill(::getpid(), SIGTERM);
    std::this_thread::sleep_for(100ms);
  }
  ::kill(::getpid(), SIGTERM);  // when nobody can stop any more
  std::this_thread::sleep_for(100ms);
}

TEST(StopRequests, AUserSignalWaitsForWhoCanStop) {
  StopRequests requests(/*speaks=*/false);
  ::kill(::getpid(), SIGUSR2);
  std::this_thread::sleep_for(100ms);
  std::atomic<int> stops = 0;
  const StopRequests::Taker taker(requests, [&] { ++stops; }, "it is saved");
  EXPECT_TRUE(comes_true([&] { return stops == 1; }));
}

TEST(StopRequests, ATimeLimitCountsFromTheStartOfTheProcess) {
  const double age_s = process_age_s();
  EXPECT_GE(age_s, 0);
  std::this_thread::sleep_for(100ms);
  const double older_s = process_age_s();
  EXPECT_GE(older_s - age_s, 0.09);
  StopRequests requests(/*speaks=*/false, older_s + 0.3);
  std::atomic<int> stops = 0;
  const StopRequests::Taker taker(requests, [&] { ++stops; }, "it is saved");
  EXPECT_EQ(stops, 0);
  EXPECT_TRUE(comes_true([&] { return stops == 1; }));
  EXPECT_GE(process_age_s(), older_s + 0.3);
}

TEST(StopRequests, ASignalThatWasIgnoredStaysIgnored) {
  const auto before = std::signal(SIGINT, SIG_IGN);
  {
    StopRequests requests(/*speaks=*/false);
    ::kill(::getpid(), SIGINT);
    std::this_thread::sleep_for(100ms);
  }
  std::signal(SIGINT, before);
}

TEST_F(StopRequestsDeath, WithoutATakerSignalsEndTheProcessAsAlwaysAfterTheLine) {
  for (const int signal : {SIGTERM, SIGINT})
    EXPECT_EXIT(
        {
          StopRequests requests(/*speaks=*/true);
          requests.prepare("nothing is left");
          ::kill(::getpid(), signal);
          wait_for_the_end();
        },
        testing::KilledBySignal(signal), "stockpot: interrupted; nothing is left");
}

TEST_F(StopRequestsDeath, ASecondInterruptEndsAtOnceAndSaysSo) {
  EXPECT_EXIT(
      {
        StopRequests requests(/*speaks=*/true);
        requests.prepare("a checkpoint is left");
        std::atomic<int> stops = 0;
        const StopRequests::Taker taker(requests, [&] { ++stops; }, "it is saved");
        ::kill(::getpid(), SIGINT);
        if (!comes_true([&] { return stops == 1; })) std::_Exit(1);
        ::kill(::getpid(), SIGINT);
        wait_for_the_end();
      },
      testing::KilledBySignal(SIGINT),
      "SIGINT: it is saved; once more ends it at once\n.*stockpot: interrupted again; a checkpoint "
      "is left");
}
