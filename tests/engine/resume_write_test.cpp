// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "io/atomic_file.hpp"
#include "resume.hpp"

using namespace stockpot;

namespace {

/// Writes this rank's part of the state wherever it can be gone on from.
class Writer final : public engine::Observer {
 public:
  explicit Writer(std::filesystem::path folder) : folder_(std::move(folder)) {}
  void use(const test::ToyRun& toy) { identity_ = test::identity_of(toy); }

  void step_ended(const engine::RunState& state) override {
    write(state, fmt::format("{:03}-step{:03}", state.cursor.action, state.cursor.done));
  }
  void look_ahead_step_ended(const engine::RunState& state) override {
    if (state.cursor.action != looking_in_) looked_ = 0;
    looking_in_ = state.cursor.action;
    write(state, fmt::format("{:03}-look{:03}", state.cursor.action, looked_++));
  }
  void action_ended(const engine::RunState& state, const engine::Action&) override {
    write(state, fmt::format("{:03}-begin", state.cursor.action));
  }
  std::size_t written() const { return written_; }

 private:
  void write(const engine::RunState& state, const std::string& name) {
    const int rank = test::world().rank(), ranks = test::world().size();
    const auto bytes = engine::part_bytes(state, identity_, rank, ranks);
    io::write_atomically(folder_ / fmt::format("{}.{}", name, rank),
                         std::vector<std::span<const std::byte>>{bytes});
    ++written_;
  }

  std::filesystem::path folder_;
  engine::RunIdentity identity_;
  std::int64_t looking_in_ = -1, looked_ = 0;
  std::size_t written_ = 0;
};

}  // namespace

TEST(Resume, WritesTheStateOfEveryStepOfEveryRun) {
  for (const auto& run : test::resumed_runs()) {
    const auto folder = test::folder_of_states(run.name, test::world().size());
    if (test::world().is_root()) {
      std::filesystem::remove_all(folder);
      std::filesystem::create_directories(folder);
    }
    test::world().barrier();
    Writer writer(folder);
    test::ToyRun toy(run.change, &writer);
    writer.use(toy);
    auto state = toy.fresh_state();
    toy.run(state);
    EXPECT_GE(writer.written(), 25U) << run.name;
    test::world().barrier();
  }
}
