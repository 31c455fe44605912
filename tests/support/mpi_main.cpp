// SPDX-License-Identifier: Apache-2.0
// The one main of all tests. Under mpirun all ranks agree on the verdict; only rank 0 prints
// successes, every rank its own failures. Tests use EXPECT_*, and ASSERT_* only on values that are
// identical on all ranks (a rank that leaves early would hang the others).
#include <gtest/gtest.h>

#include "comm/group.hpp"
#include "comm/mpi_session.hpp"
#include "support/world.hpp"

namespace {
const stockpot::comm::Group* world_ = nullptr;
}
const stockpot::comm::Group& stockpot::test::world() { return *world_; }
void stockpot::test::set_world(const stockpot::comm::Group* world) { world_ = world; }

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  stockpot::comm::MpiSession session;
  const auto world = session.world();
  world_ = &world;
  if (world.rank() != 0) {
    auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
    class FailuresOnly : public ::testing::EmptyTestEventListener {
      void OnTestPartResult(const ::testing::TestPartResult& result) override {
        if (result.failed())
          std::fprintf(stderr, "%s:%d: failure on another rank than 0\n%s\n", result.file_name(),
                       result.line_number(), result.message());
      }
    };
    delete listeners.Release(listeners.default_result_printer());
    listeners.Append(new FailuresOnly);
  }
  const int failed = RUN_ALL_TESTS();
  return world.max(failed);
}
