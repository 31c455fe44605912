// SPDX-License-Identifier: Apache-2.0
// A program whose ranks fail as its first word says; started by with_ranks_test.cpp.
#include <cstdio>
#include <new>
#include <string>
#include <thread>

#include "comm/all_or_none.hpp"
#include "core/error.hpp"
#include "jobs/job.hpp"
#include "jobs/with_ranks.hpp"

using namespace stockpot;

namespace {

ExitCode fail(const std::string& how, const comm::Group& world) {
  if (how == "all alike") throw ConfigError("this setting is refused");
  if (how == "all, otherwise") throw ConfigError("refused by " + std::to_string(world.rank()));
  if (how == "one while others wait") {
    if (world.rank() == 1) throw IoError("cannot read its file");
    world.barrier();
  }
  if (how == "one in work that is agreed on")
    comm::all_or_none(world, [&] {
      if (world.rank() == 1) throw IoError("cannot read its file");
    });
  if (how == "one has no memory") {
    if (world.rank() == 1) throw std::bad_alloc();
    world.barrier();
  }
  if (how == "one in a thread of its own") {
    if (world.rank() == 1) std::thread([] { throw IoError("cannot read its file"); }).join();
    world.barrier();
  }
  if (how == "one reads what is not its own") {
    int* volatile nowhere = nullptr;
    if (world.rank() == 1) *nowhere = 1;
    world.barrier();
  }
  if (how == "alike, at different places") {
    if (world.rank() == 0) throw ConfigError("this setting is refused");
    world.barrier();
  }
  std::puts("went on");
  return ExitCode::done;
}

}  // namespace

int main(int, char** argv) {
  const std::string how = argv[1];
  const char* rank = std::getenv("OMPI_COMM_WORLD_RANK");
  if (rank == nullptr) rank = std::getenv("PMI_RANK");
  if (how == "one before MPI" && jobs::others_may_wait_for_us() && rank == std::string("1"))
    return static_cast<int>(
        jobs::end_by_early_error(ExitCode::bad_input, "cannot read its configuration"));
  return static_cast<int>(
      jobs::with_ranks([&](const comm::Group& world) { return fail(how, world); }));
}
