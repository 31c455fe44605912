// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stockpot::io {

/// A process that works in a run folder, as its owner.json says.
struct LeaseOwner {
  std::string host;
  std::string boot;        ///< id of the machine's boot
  std::string processes;   ///< the name space in which `pid` is told
  std::int64_t pid = 0;    ///< of rank 0
  std::int64_t began = 0;  ///< when that process did, in clock ticks since the boot
  std::int64_t parent = 0;
  std::string job;  ///< Slurm's id; empty: not started by Slurm
  std::int64_t restarts = 0;
  std::string token;    ///< random, so that no two owners have the same
  std::string since;    ///< UTC
  std::string renewed;  ///< UTC, for people: nothing is decided by the clock of another machine
  std::int64_t renewals = 0;
};

/// This process, with a token of its own.
LeaseOwner this_owner();

/// The text of owner.json: JSON of always the same length, so that it can be written over.
std::string encode_owner(const LeaseOwner& owner);

/// Empty where `text` is no such text.
std::optional<LeaseOwner> decode_owner(std::string_view text);

/// `pid 4711 on node7, Slurm job 123, since 2026-01-31T08:09:10Z`
std::string text_of(const LeaseOwner& owner);

/// What this machine knows of a process.
enum class Life {
  lives,
  ends,       ///< it exits just now, its launcher is gone, or Slurm has started its job again
  gone,       ///< no such process, or another one of that number, or the machine booted since
  elsewhere,  ///< it is one of another machine or container: it cannot be seen from here
};
Life life_of(const LeaseOwner& owner);

}  // namespace stockpot::io
