// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "io/checkpoint_store.hpp"

namespace stockpot::checkpoint {

/// One start of a run that was not complete: a line of `checkpoints/attempts.jsonl`.
struct Attempt {
  std::int64_t number = 1;
  std::string started;  ///< UTC
  std::string host;     ///< of rank 0
  std::int64_t ranks = 1;
  std::string from;  ///< the checkpoint that it went on from; empty: the beginning
};

/// All attempts that are noted, the oldest first. Lines that cannot be read are passed over: they
/// tell a story, nothing is computed from them.
std::vector<Attempt> attempts_in(const io::CheckpointStore& store);

/// The number of the next attempt: larger than that of every one noted and of every checkpoint's.
std::int64_t next_attempt(const io::CheckpointStore& store);

/// Note an attempt. throws IoError
void note(const io::CheckpointStore& store, const Attempt& attempt);

/// Whether the last two attempts, or the only one, have left a newer checkpoint than they began
/// from. An attempt to come would else end as they did, for all that is known.
bool got_further(const io::CheckpointStore& store);

/// A line for each: `1: 2026-01-31T08:09:10Z on node7, 4 ranks, from the beginning`.
std::string text_of(const std::vector<Attempt>& attempts);

}  // namespace stockpot::checkpoint
