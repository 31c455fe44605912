// SPDX-License-Identifier: Apache-2.0
#include "comm/group.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "comm/mpi_session.hpp"
#include "support/world.hpp"

using namespace stockpot;

namespace {

/// Rank r's contribution to a gather: r * 1000 bytes of value r + 1.
std::vector<std::byte> bytes_of_rank(int rank) {
  return {static_cast<std::size_t>(rank) * 1000, static_cast<std::byte>(rank + 1)};
}

}  // namespace

TEST(Group, SumsOverRanks) {
  const auto& world = test::world();
  std::vector<std::int64_t> values = {world.rank() + 1, 10};
  world.sum(values);
  EXPECT_EQ(values[0], world.size() * (world.size() + 1) / 2);
  EXPECT_EQ(values[1], 10 * world.size());
}

TEST(Group, SumsIntegersBeyondTheDoublesExactly) {
  const std::int64_t large = (std::int64_t{1} << 53) + 1;  // no double has this value
  std::vector<std::int64_t> values = {large};
  test::world().sum(values);
  EXPECT_EQ(values[0], large * test::world().size());
}

TEST(Group, FindsTheLargestValueOfAnyRank) {
  const auto& world = test::world();
  EXPECT_EQ(world.max(-world.rank()), 0);
  const std::int64_t beyond_int = std::int64_t{1} << 40;
  EXPECT_EQ(world.max(beyond_int + world.rank()), beyond_int + world.size() - 1);
}

TEST(Group, UnitesBitsOfAllRanks) {
  const auto& world = test::world();
  std::vector<std::uint64_t> words(100, 0);
  words[static_cast<std::size_t>(world.rank())] = 1ULL << (60 + world.rank() % 4);
  world.unite(words);
  for (int r = 0; r < world.size(); ++r)
    EXPECT_EQ(words[static_cast<std::size_t>(r)], 1ULL << (60 + r % 4));
  EXPECT_EQ(words[99], 0U);
}

TEST(Group, GathersTextsOfDifferentLengthInRankOrder) {
  const auto& world = test::world();
  const auto texts = world.gather(std::string(static_cast<std::size_t>(world.rank()), 'x'));
  for (std::size_t r = 0; r < texts.size(); ++r) EXPECT_EQ(texts[r].size(), r);
}

TEST(Group, GathersBytesInOneCallAndInSeveral) {
  const auto& world = test::world();
  const auto mine = bytes_of_rank(world.rank());
  // 6000 bytes on 4 ranks: in one message, and in more than one
  for (const std::size_t largest_message : {comm::kLargestMessage, std::size_t{100}}) {
    const auto all = world.gather_bytes(mine, largest_message);
    ASSERT_EQ(all.size(), static_cast<std::size_t>(world.size()));
    for (int r = 0; r < world.size(); ++r)
      EXPECT_EQ(all[static_cast<std::size_t>(r)], bytes_of_rank(r)) << largest_message;
  }
}

TEST(Group, BroadcastsTheTextOfRankZero) {
  EXPECT_EQ(test::world().broadcast(test::world().is_root() ? "from the root" : "not this"),
            "from the root");
}

TEST(Group, NoticesARankWithAnotherValue) {
  const auto& world = test::world();
  EXPECT_TRUE(world.same_on_all_ranks(42));
  EXPECT_EQ(world.same_on_all_ranks(static_cast<std::uint64_t>(world.rank())), world.size() == 1);
}

TEST(Group, ComparesInTimeWhereAllRanksComeAndGivesUpWhereOneStaysAway) {
  const auto& world = test::world();
  using std::chrono_literals::operator""ms;
  const auto here = world.split("here", 0, 0);
  EXPECT_TRUE(here.same_on_all_ranks_within(7, 20'000ms));
  EXPECT_EQ(here.same_on_all_ranks_within(static_cast<std::uint64_t>(world.rank()), 20'000ms),
            world.size() == 1);
  // rank 0 comes alone; the others come when it has gone, so that MPI can end in order
  const auto alone = world.split("alone", 0, 0);
  if (world.is_root()) {
    EXPECT_EQ(alone.same_on_all_ranks_within(7, 50ms), world.size() == 1);
  }
  world.barrier();
  if (!world.is_root()) alone.same_on_all_ranks_within(7, 20'000ms);
  world.barrier();
}

TEST(Group, SplitsIntoNamedGroupsOrderedByKey) {
  const auto& world = test::world();
  EXPECT_EQ(world.name(), "world");
  const auto half = world.split("half", world.rank() % 2, -world.rank());
  EXPECT_EQ(half.name(), "half");
  EXPECT_EQ(half.size(), (world.size() + 1 - world.rank() % 2) / 2);
  // the largest rank of the world with this color has the smallest key
  const int largest = world.size() - 1 - (world.size() - 1 - world.rank()) % 2;
  EXPECT_EQ(half.rank(), (largest - world.rank()) / 2);
  std::vector<std::int64_t> sum = {world.rank()};
  half.sum(sum);
  std::int64_t expected = 0;
  for (int r = world.rank() % 2; r < world.size(); r += 2) expected += r;
  EXPECT_EQ(sum[0], expected);
}

TEST(Group, RecordsEveryCallWithItsNumberNameAndBytes) {
  const auto& world = test::world();
  const auto group = world.split("recorded", 0, world.rank());
  EXPECT_TRUE(group.record().calls().empty());
  std::vector<double> values(10);
  group.sum(values);
  group.barrier();
  if (group.size() > 1) {
    std::vector<float> text(3);
    if (group.rank() == 0) group.send(text, 1);
    if (group.rank() == 1) group.receive(text, 0);
  }
  group.max(1);
  const auto calls = group.record().calls();
  const bool in_pair = group.size() > 1 && group.rank() < 2;
  ASSERT_EQ(calls.size(), in_pair ? 4U : 3U);
  EXPECT_STREQ(calls[0].name, "sum");
  EXPECT_EQ(calls[0].sequence, 1U);
  EXPECT_EQ(calls[0].bytes, 80U);
  EXPECT_STREQ(calls[1].name, "barrier");
  if (in_pair) {
    EXPECT_STREQ(calls[2].name, group.rank() == 0 ? "send" : "receive");
  }
  EXPECT_STREQ(calls.back().name, "max");
  EXPECT_EQ(calls.back().sequence, calls.size());
  EXPECT_EQ(calls.back().collectives, 3U);  // the same on all ranks, whoever sent
  for (const auto& call : calls) EXPECT_TRUE(call.done) << call.name;
}

TEST(Group, ShowsACallThatFailedAsNotDone) {
  const auto own = test::world().alone();
  std::vector<float> values(1);
  EXPECT_THROW(own.send(values, 5), CommError);  // there is no rank 5
  ASSERT_EQ(own.record().calls().size(), 1U);
  EXPECT_FALSE(own.record().calls()[0].done);
}

TEST(Group, NamesTheCallInTheErrorOfTheLibrary) {
  const auto own = test::world().alone();
  try {
    std::int64_t value = 0;
    own.broadcast(std::span(&value, 1), 5);
    ADD_FAILURE() << "there is no rank 5";
  } catch (const CommError& error) {
    EXPECT_NE(std::string(error.what()).find("broadcast"), std::string::npos) << error.what();
  }
}

TEST(Group, MovedFromObjectOwnsNothing) {
  auto local = test::world().node_local();
  EXPECT_EQ(local.name(), "node");
  auto moved = std::move(local);
  EXPECT_EQ(moved.size(), test::world().size());  // the tests run on one node
  moved.barrier();
}

TEST(FlightRecord, KeepsTheLastCallsOldestFirst) {
  comm::FlightRecord record;
  for (int i = 0; i < 1000; ++i) {
    const auto call =
        record.begin("call", static_cast<std::uint64_t>(i), comm::CallKind::collective);
    if (i < 999) record.finish(call);
  }
  const auto calls = record.calls();
  ASSERT_EQ(calls.size(), comm::FlightRecord::kCalls);
  EXPECT_EQ(calls.front().sequence, 1000U - comm::FlightRecord::kCalls + 1);
  EXPECT_EQ(calls.back().bytes, 999U);
  EXPECT_TRUE(calls.front().done);
  EXPECT_FALSE(calls.back().done);
}

TEST(FlightRecord, IsWholeForAThreadThatReadsWhileAnotherWrites) {
  comm::FlightRecord record;
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (std::uint64_t i = 1; !stop; ++i)
      record.finish(record.begin("call", i, comm::CallKind::collective));
  });
  for (int i = 0; i < 200; ++i)
    for (const auto& call : record.calls()) {
      EXPECT_EQ(call.bytes, call.sequence);
      EXPECT_EQ(call.collectives, call.sequence);
    }
  stop = true;
  writer.join();
}

TEST(MpiSession, NamesTheLibraryAndItsVersion) {
  EXPECT_EQ(comm::library_name("Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4"),
            "Open MPI v4.1.4");
  EXPECT_EQ(comm::library_name("MPICH Version:\t4.0.2\nMPICH Release date:\tThu Apr  7\n"),
            "MPICH Version: 4.0.2");
  EXPECT_EQ(comm::library_name("MPI VERSION    : CRAY MPICH version 8.1.25 (ANL base 3.4a2)\nMPI "
                               "BUILD INFO : Sun Feb 26\n"),
            "MPI VERSION : CRAY MPICH version 8.1.25 (ANL base 3.4a2)");
  const auto facts = comm::MpiSession::provenance();
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_NE(facts[0].second.find_first_of("0123456789"), std::string::npos) << facts[0].second;
  EXPECT_EQ(facts[0].second.find_first_of("\t\n"), std::string::npos) << facts[0].second;
}

TEST(MpiSession, RefusesRanksThatAreAllRankZeroOfOne) {
  if (test::world().size() > 1) GTEST_SKIP() << "needs one rank";
  const char* old = std::getenv("OMPI_COMM_WORLD_SIZE");
  const std::string kept = old ? old : "";
  ::unsetenv("OMPI_COMM_WORLD_SIZE");
  ::setenv("SLURM_STEP_NUM_TASKS", "4", 1);
  ::setenv("SLURM_STEP_ID", "0", 1);
  EXPECT_THROW(comm::refuse_singletons(test::world()), ConfigError);
  ::setenv("SLURM_STEP_NUM_TASKS", "1", 1);
  EXPECT_NO_THROW(comm::refuse_singletons(test::world()));
  ::unsetenv("SLURM_STEP_NUM_TASKS");
  ::unsetenv("SLURM_STEP_ID");
  if (old) ::setenv("OMPI_COMM_WORLD_SIZE", kept.c_str(), 1);
}
