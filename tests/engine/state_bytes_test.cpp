// SPDX-License-Identifier: Apache-2.0
#include "engine/state_bytes.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "core/error.hpp"
#include "support/toy.hpp"

using namespace stockpot;

namespace {

using Bytes = std::vector<std::byte>;

engine::RunIdentity identity_of(const test::ToyRun& toy) {
  return engine::identity_of("0123456789ab", *toy.model->layout(), toy.splits);
}

/// A state in the middle of a run, with snapshots, rows and a mask, and the bytes of it.
struct Written {
  explicit Written(const test::Change& change = [](config::RunConfig&) {}) : toy(change) {
    toy.train(state, 3);
    auto half = mask::Mask::none(state.mask->size());
    for (std::int64_t i = 0; i < half.size(); i += 2) half.set(i, true);
    toy.engine.adopt(state, std::move(half));
    toy.train(state, 2);
    state.snapshots["initial"] = {
        .weights = state.weights.values().clone(), .position = 3, .validation = {}};
    toy.journal.happened(state, "something with \"quotes\" and ünicode");
    bytes = engine::part_bytes(state, identity, 0, 1);
  }

  engine::RunState read(const Bytes& from, const engine::RunIdentity& expected) const {
    const engine::StatePart part{from, "part"};
    return engine::read_state({&part, 1}, expected, model::Weights(toy.model->layout(), at::kCPU),
                              0, 1);
  }
  engine::RunState read() const { return read(bytes, identity); }

  test::ToyRun toy;
  engine::RunState state = toy.fresh_state();
  engine::RunIdentity identity = identity_of(toy);
  Bytes bytes;
};

template <typename Error>
std::string refusal(const Written& written, const Bytes& bytes,
                    const engine::RunIdentity& expected) {
  try {
    written.read(bytes, expected);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

std::string refusal(const Written& written, const Bytes& bytes) {
  return refusal<DataError>(written, bytes, written.identity);
}

void expect_says(const std::string& message, const char* words) {
  EXPECT_NE(message.find(words), std::string::npos) << message;
}

}  // namespace

TEST(StateBytes, ReadBackAreTheSameState) {
  const Written written;
  const auto back = written.read();
  EXPECT_EQ(engine::hash_of(back), engine::hash_of(written.state));
  EXPECT_EQ(engine::part_bytes(back, written.identity, 0, 1), written.bytes);
  EXPECT_EQ(back.cursor, written.state.cursor);
  EXPECT_EQ(back.records.events.front().what, written.state.records.events.front().what);
}

TEST(StateBytes, HoldWhatSgdAndItsDropsNeed) {
  const Written written([](config::RunConfig& c) {
    c.train.optimizer = "sgd";
    c.train.schedule = "steps";
    c.train.drop_at = "0.1 0.5";
  });
  const auto back = written.read();
  EXPECT_EQ(engine::part_bytes(back, written.identity, 0, 1), written.bytes);
  EXPECT_EQ(back.moments.second.numel(), 0);
  EXPECT_TRUE(back.moments.first.equal(written.state.moments.first));
  EXPECT_EQ(back.cursor.line, written.state.cursor.line);
  EXPECT_EQ(back.cursor.line.at(3), written.toy.config.train.lr * 0.1);
}

TEST(StateBytes, OfAStateGoOnToTheSameBits) {
  Written written;
  auto back = written.read();
  written.toy.train(written.state, 3);
  written.toy.train(back, 3);
  EXPECT_EQ(engine::hash_of(back), engine::hash_of(written.state));
}

TEST(StateHash, ChangesWithEveryMember) {
  const Written written;
  const auto hash = engine::hash_of(written.state);
  const auto changed = [&](auto change) {
    auto other = written.read();
    change(other);
    return engine::hash_of(other) != hash;
  };
  EXPECT_TRUE(changed([](auto& s) { ++s.cursor.done; }));
  EXPECT_TRUE(changed([](auto& s) { s.cursor.line.initial *= 2; }));
  EXPECT_TRUE(changed([](auto& s) { s.cursor.line.drop_at.push_back(0.5); }));
  EXPECT_TRUE(changed([](auto& s) { s.weights.values()[5].fill_(1.0F); }));
  EXPECT_TRUE(changed([](auto& s) { s.moments.second[7].fill_(1.0F); }));
  EXPECT_TRUE(changed([](auto& s) { ++s.moments.steps; }));
  EXPECT_TRUE(changed([](auto& s) { s.snapshots.clear(); }));
  EXPECT_TRUE(changed([](auto& s) { s.ballot.round = 2; }));
  EXPECT_TRUE(changed([](auto& s) { s.cursor.branch = 2; }));
  EXPECT_TRUE(changed([](auto& s) { s.observed.push_back(s.mask); }));
  EXPECT_TRUE(changed([](auto& s) { s.validation.loss = 1; }));
  EXPECT_TRUE(changed([](auto& s) { s.records.train.pop_back(); }));
  EXPECT_TRUE(changed([](auto& s) { s.ledger.book(Phase::train, {.steps = 1}, {}); }));
}

TEST(StateHash, DoesNotSeeTimes) {
  const Written written;
  auto other = written.read();
  other.ledger.book(Phase::train, {}, {.wall_s = 12.5});
  other.metrics_bytes = 77;
  EXPECT_EQ(engine::hash_of(other), engine::hash_of(written.state));
}

TEST(StateBytes, AreRefusedWhereverTheyAreCut) {
  const Written written;
  for (std::size_t size = 0; size < written.bytes.size(); size += 97)
    EXPECT_NE(refusal(written, Bytes(written.bytes.begin(),
                                     written.bytes.begin() + static_cast<std::ptrdiff_t>(size))),
              "accepted")
        << size;
}

TEST(StateBytes, AreRefusedWithAnyBitFlipped) {
  const Written written;
  for (std::size_t at = 0; at < written.bytes.size(); at += 61) {
    auto flipped = written.bytes;
    flipped[at] ^= std::byte{1} << (at % 8);
    EXPECT_NE(refusal(written, flipped), "accepted") << at;
  }
}

TEST(StateBytes, OfOtherSettingsAreRefusedAsConfiguration) {
  const Written written;
  auto other = written.identity;
  other.settings = "ba9876543210";
  expect_says(refusal<ConfigError>(written, written.bytes, other), "other settings");
}

TEST(StateBytes, OfAnotherModelOrOtherDataAreRefused) {
  const Written written;
  auto other = written.identity;
  other.model = "0";
  expect_says(refusal<DataError>(written, written.bytes, other), "other tensors");
  other = written.identity;
  other.data = "0";
  expect_says(refusal<DataError>(written, written.bytes, other), "other samples");
  other = written.identity;
  other.inputs = "0";
  expect_says(refusal<ConfigError>(written, written.bytes, other), "input files");
}

TEST(StateBytes, OfAnotherFormatVersionAreRefused) {
  const Written written;
  auto newer = written.bytes;
  const std::string_view text(reinterpret_cast<const char*>(newer.data()), newer.size());
  const std::string key = "\"format_version\":\"";
  newer[text.find(key) + key.size()] = std::byte{'9'};
  expect_says(refusal(written, newer), "format version is 9");
}

TEST(StateBytes, WithAMaskThatDoesNotFitAreRefused) {
  Written written;
  written.state.cursor.kept += 1;
  expect_says(refusal(written, engine::part_bytes(written.state, written.identity, 0, 1)),
              "keeps another number of weights");
  written.state.cursor.kept -= 1;
  written.state.mask =
      std::make_shared<const mask::Mask>(mask::Mask::none(written.state.mask->size()));
  written.state.cursor.kept = 0;
  expect_says(refusal(written, engine::part_bytes(written.state, written.identity, 0, 1)),
              "moments do not fit");
}

TEST(StateBytes, WithAPrunedWeightThatLivesAreRefused) {
  Written written;
  written.state.weights.host()[1] = 0.5F;  // the mask keeps every second
  expect_says(refusal(written, engine::part_bytes(written.state, written.identity, 0, 1)),
              "a pruned weight is not 0");
}

TEST(StateBytes, OfAnotherRunBehindTheEndOfTheProgramAreRefused) {
  Written written;
  written.state.cursor.action = 1000;
  EXPECT_THROW(written.toy.run(written.state), DataError);
}

TEST(StateParts, AreRefusedUntilAllOfOneMomentAreThere) {
  Written written;
  const auto part = [&](int rank, int ranks) {
    return engine::part_bytes(written.state, written.identity, rank, ranks);
  };
  const auto read = [&](const std::vector<Bytes>& bytes) -> std::string {
    std::vector<engine::StatePart> parts;
    for (const auto& b : bytes) parts.push_back({b, "part " + std::to_string(parts.size())});
    try {
      engine::read_state(parts, written.identity,
                         model::Weights(written.toy.model->layout(), at::kCPU), 0, 1);
    } catch (const DataError& error) {
      return error.what();
    }
    return "accepted";
  };
  const auto first = part(0, 2), second = part(1, 2);
  EXPECT_EQ(read({first, second}), "accepted");
  EXPECT_EQ(read({second, first}), "accepted");
  expect_says(read({first}), "2 ranks wrote it, 1 parts");
  expect_says(read({first, first}), "of the same rank");
  written.state.cursor.step += 1;
  expect_says(read({first, part(1, 2)}), "another part of");
}

TEST(StateParts, GiveEachRankTheVotesOfItsDenoisers) {
  Written written;
  for (const std::int64_t n : {0, 1, 2, 3, 4}) {
    auto mask = mask::Mask::none(written.state.mask->size());
    mask.set(n, true);
    written.state.ballot.votes.push_back({.row = {.denoiser = n}, .mask = mask, .work = {}});
  }
  const auto bytes = engine::part_bytes(written.state, written.identity, 0, 1);
  const engine::StatePart part{bytes, "part"};
  const auto back = engine::read_state({&part, 1}, written.identity,
                                       model::Weights(written.toy.model->layout(), at::kCPU), 1, 2);
  ASSERT_EQ(back.ballot.votes.size(), 2U);
  EXPECT_EQ(back.ballot.votes[0].row.denoiser, 1);
  EXPECT_EQ(back.ballot.votes[1].row.denoiser, 3);
  EXPECT_TRUE(back.ballot.votes[1].mask[3]);
}

TEST(StateMemory, NamesTheLargestArraysFirst) {
  const Written written;
  const auto memory = engine::memory_of(written.state);
  EXPECT_EQ(memory.front().second, written.state.weights.values().nbytes());
  EXPECT_GE(memory[0].second, memory[1].second);
}
