// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>

#include "resume.hpp"

using namespace stockpot;

namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::byte>;

Bytes read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

/// Names of the states in `folder`, in their order; those of rank 0, which has a part of each.
std::vector<std::string> states_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".0") names.insert(entry.path().stem().string());
  return {names.begin(), names.end()};
}

/// The part of `rank` that goes with rank 0's of that name. In a look-ahead every rank is somewhere
/// else: a rank that has made fewer steps is at its last one, or where it began.
fs::path part_of(const fs::path& folder, std::string name, int rank) {
  const auto path = [&] { return folder / (name + "." + std::to_string(rank)); };
  while (!fs::exists(path()) && name.find("-look") != std::string::npos) {
    const auto number = std::stoi(name.substr(name.size() - 3));
    const auto action = name.substr(0, 3);
    name = number == 0 ? action + "-begin"
                       : action + "-look" + std::to_string(1000 + number - 1).substr(1);
  }
  return path();
}

/// The final hash of the run that goes on from one of the written states.
std::uint64_t gone_on_from(const fs::path& folder, const std::string& name, int writers,
                           test::ToyRun& toy) {
  std::vector<Bytes> bytes;
  std::vector<engine::StatePart> parts;
  for (int rank = 0; rank < writers; ++rank) bytes.push_back(read(part_of(folder, name, rank)));
  for (const auto& part : bytes) parts.push_back({part, name});
  auto state = engine::read_state(parts, test::identity_of(toy),
                                  model::Weights(toy.model->layout(), at::kCPU),
                                  test::world().rank(), test::world().size());
  toy.run(state);
  return engine::hash_of(state);
}

}  // namespace

TEST(Resume, GoesOnFromEveryStateToTheBitsOfTheUndisturbedRun) {
  for (const auto& run : test::resumed_runs()) {
    test::ToyRun toy(run.change);
    auto undisturbed = toy.fresh_state();
    toy.run(undisturbed);
    const auto expected = engine::hash_of(undisturbed);
    const bool all_numbers = run.name == "isp" || run.name == "lth";  // of writers and readers
    for (const int writers : {1, 3}) {
      if (writers == 1 && !all_numbers) continue;
      const auto folder = test::folder_of_states(run.name, writers);
      const auto states = states_in(folder);
      ASSERT_GE(states.size(), 25U) << folder;
      // every state of ISP and LTH; of the others every one on two ranks, else one in four
      const std::size_t stride = all_numbers || test::world().size() == 2 ? 1 : 4;
      for (std::size_t i = 0; i < states.size(); i += stride)
        ASSERT_EQ(gone_on_from(folder, states[i], writers, toy), expected)
            << run.name << " written by " << writers << " ranks, from " << states[i];
    }
  }
}
