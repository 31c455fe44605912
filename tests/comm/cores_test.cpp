// SPDX-License-Identifier: Apache-2.0
#include "comm/cores.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include "support/world.hpp"

using namespace stockpot;
using comm::threads_of_rank;

namespace {

/// While it lives, this rank may run on `cpus` only.
class Bound {
 public:
  explicit Bound(const std::vector<int>& cpus) {
    ::sched_getaffinity(0, sizeof old_, &old_);
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int cpu : cpus) CPU_SET(static_cast<std::size_t>(cpu), &set);
    holds_ = ::sched_setaffinity(0, sizeof set, &set) == 0;
  }
  ~Bound() { ::sched_setaffinity(0, sizeof old_, &old_); }
  Bound(const Bound&) = delete;
  Bound& operator=(const Bound&) = delete;
  bool holds() const { return holds_; }

 private:
  cpu_set_t old_{};
  bool holds_ = false;
};

std::vector<int> cpus_here() {
  std::vector<int> cpus;
  const auto mask = comm::cpus_of_process();
  for (int cpu = 0; cpu < 64; ++cpu)
    if (mask[0] >> cpu & 1) cpus.push_back(cpu);
  return cpus;
}

}  // namespace

TEST(Threads, AreDividedOnlyWhereNobodySetThemAndRanksShareTheirCores) {
  // asked, one, OMP_NUM_THREADS, {cores of the mask, ranks that share it}
  const comm::CoreShare own{8, 1}, shared{16, 4};
  EXPECT_EQ(threads_of_rank({3, true, 5, shared}), 3);              // as asked
  EXPECT_EQ(threads_of_rank({0, true, 5, shared}), 1);              // dist.reduction = fixed
  EXPECT_EQ(threads_of_rank({0, false, 8, shared}), 8);             // Slurm: per rank already
  EXPECT_EQ(threads_of_rank({0, false, 8, own}), 8);                // the same, bound
  EXPECT_EQ(threads_of_rank({0, false, std::nullopt, own}), 8);     // bound: all its own
  EXPECT_EQ(threads_of_rank({0, false, std::nullopt, shared}), 4);  // mpirun --bind-to none
  EXPECT_EQ(threads_of_rank({0, false, std::nullopt, {2, 4}}), 1);  // more ranks than cores
}

TEST(Threads, ReadsTheNumberOfTheEnvironment) {
  EXPECT_EQ(comm::parse_omp_num_threads("12"), 12);
  EXPECT_EQ(comm::parse_omp_num_threads("4,2"), 4);
  for (const char* wrong : {"", "0", "-1", "many", "4x", "99999999999999999999"})
    EXPECT_EQ(comm::parse_omp_num_threads(wrong), std::nullopt) << wrong;
  EXPECT_EQ(comm::parse_omp_num_threads(nullptr), std::nullopt);
}

TEST(Cores, ListsOfLinuxAreRead) {
  const auto mask = comm::parse_cpu_list("0-2,64,130-131");
  EXPECT_EQ(mask[0], 7U);
  EXPECT_EQ(mask[1], 1U);
  EXPECT_EQ(mask[2], 12U);
  EXPECT_EQ(comm::parse_cpu_list(""), comm::parse_cpu_list("x,9999999,3-"));
}

TEST(Cores, MasksShareWhereTheyHaveACpuInCommon) {
  const auto list = [](const char* text) { return comm::parse_cpu_list(text); };
  const std::vector of_node = {list("0-3"), list("4-7"), list("0-3"), list("3-4"), list("100")};
  EXPECT_EQ(comm::count_sharers(of_node[0], of_node), 3);
  EXPECT_EQ(comm::count_sharers(of_node[1], of_node), 2);
  EXPECT_EQ(comm::count_sharers(of_node[4], of_node), 1);
}

TEST(Cores, OfRanksWithOneMaskAreSharedByAll) {
  const auto& world = test::world();
  const auto cpus = cpus_here();
  ASSERT_FALSE(cpus.empty());
  const Bound bound({cpus[0]});
  EXPECT_TRUE(bound.holds());
  const auto share = comm::share_of_cores(world);
  EXPECT_EQ(share.cores, 1);
  EXPECT_EQ(share.sharers, world.size());
}

TEST(Cores, OfRanksThatAreBoundApartAreTheirOwn) {
  const auto& world = test::world();
  const auto cpus = cpus_here();
  const auto most = static_cast<std::size_t>(world.max(static_cast<int>(cpus.size())));
  if (most < static_cast<std::size_t>(world.size())) GTEST_SKIP() << "needs a CPU per rank";
  const Bound bound({cpus[static_cast<std::size_t>(world.rank())]});
  EXPECT_TRUE(bound.holds());
  const auto share = comm::share_of_cores(world);
  EXPECT_EQ(share.cores, 1);
  EXPECT_EQ(share.sharers, 1);
}
