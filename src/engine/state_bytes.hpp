// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "data/dataset.hpp"
#include "engine/run_state.hpp"

namespace stockpot::engine {

/// Which run a state belongs to: a state of another one cannot be gone on from.
struct RunIdentity {
  std::string settings;  ///< config::run_id
  std::string model;     ///< tensors of the layout: names, shapes, roles
  std::string data;      ///< samples of the splits: positions, labels, lengths
  std::string inputs;    ///< SHA-256 of all rows of /inputs; empty: not known
};

/// The identity of a run from all that it is computed from. inputs  RunIdentity::inputs
RunIdentity identity_of(const std::string& run_id, const model::Layout& layout,
                        const data::Splits& splits, std::string inputs = "");

/// The part of a state that rank `rank` of `ranks` writes: rank 0 all that is equal everywhere,
/// every rank what it has for itself (its denoisers' votes). A safetensors file
/// (docs/state_format.md) with a checksum. Not collective: parts may be written at different
/// moments of one look-ahead.
std::vector<std::byte> part_bytes(const RunState& state, const RunIdentity& identity, int rank,
                                  int ranks);

/// One part of a written state.
struct StatePart {
  std::span<const std::byte> bytes;
  std::string name;  ///< in messages, such as its file
};

/// Put the parts of a state together on a rank of any number of ranks: it takes over the votes of
/// the denoisers that it has from now on. Not collective.
///
/// parts    of all ranks that wrote it, in any order
/// weights  memory of the model on its device; becomes the state's
/// throws   ConfigError (78): other settings or input files. DataError (65): another model or data,
/// another format
///          version, damaged, parts missing or of different moments, a mask or moments that do not
///          fit
RunState read_state(std::span<const StatePart> parts, const RunIdentity& identity,
                    model::Weights weights, int rank, int ranks);

/// A number that is equal in states that go on to equal bits: of all that is equal everywhere,
/// without times and other traces of the execution.
std::uint64_t hash_of(const RunState& state);

/// Bytes of every array of the state on this rank, by its name, the largest first.
std::vector<std::pair<std::string, std::size_t>> memory_of(const RunState& state);

}  // namespace stockpot::engine
