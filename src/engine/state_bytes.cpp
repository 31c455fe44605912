// SPDX-License-Identifier: Apache-2.0
// A part is a safetensors file. Its metadata say what it is; "crc32" is the checksum of the whole
// file with eight zeros in its own place. Reading: checksum; format and version; identity; all
// parts there, of one moment; then every field, to the byte; then what must hold between them.
#include "engine/state_bytes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/index.hpp"
#include "engine/field_reader.hpp"
#include "engine/field_writer.hpp"
#include "io/own_checksum.hpp"

namespace stockpot::engine {
namespace {

constexpr const char* kFormat = "stockpot-state";
constexpr const char* kVersion = "2";

[[noreturn]] void refuse(const StatePart& part, const std::string& why,
                         const std::string& suggestion = "") {
  throw DataError(part.name + " is not a state that can be gone on from", why, suggestion);
}

std::string moment_of(const Cursor& cursor) {
  return fmt::format("action {} step {}", cursor.action, cursor.step);
}

/// A part whose bytes are those that were written, for this run.
io::SafetensorsHeader open_part(const StatePart& part, const RunIdentity& identity) {
  const auto header = io::parse_safetensors(part.bytes, part.name);
  const auto fact = [&](const char* key) {
    const auto found = header.metadata.find(key);
    return found == header.metadata.end() ? std::string() : found->second;
  };
  if (fact("format") != kFormat) refuse(part, "it does not say that it is one");
  if (fact("format_version") != kVersion)
    refuse(part,
           fmt::format("its format version is {}, this program knows {}", fact("format_version"),
                       kVersion),
           "use the program that wrote it");
  if (!io::own_checksum_fits(part.bytes, fact("crc32")))
    refuse(part, "its checksum does not fit: damaged, or changed after it was written");
  if (fact("settings") != identity.settings)
    throw ConfigError(
        part.name + " is a state of other settings",
        fmt::format("run id {}, these settings are {}", fact("settings"), identity.settings),
        "start it with the settings that it was written by");
  if (fact("inputs") != identity.inputs)
    throw ConfigError(part.name + " is a state of other input files",
                      "weights, data or vocabulary changed under the same path",
                      "give it the files that it began with, or start anew");
  if (fact("model") != identity.model) refuse(part, "the model has other tensors");
  if (fact("data") != identity.data)
    refuse(part, "the data set has other samples than when it was written");
  return header;
}

struct OpenPart {
  io::SafetensorsHeader header;
  int rank, ranks;
  std::string moment;
};

int number_in(const io::SafetensorsHeader& header, const char* key, const StatePart& part) {
  const auto found = header.metadata.find(key);
  const auto& text = found == header.metadata.end() ? "" : found->second;
  if (text.empty() || text.size() > 6 ||
      !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }))
    refuse(part, fmt::format("its {} is no number", key));
  return std::stoi(text);
}

std::vector<OpenPart> open_all(std::span<const StatePart> parts, const RunIdentity& identity) {
  expect(!parts.empty(), "a state of no parts");
  std::vector<OpenPart> open;
  std::set<int> ranks_seen;
  for (const auto& part : parts) {
    auto header = open_part(part, identity);
    const int rank = number_in(header, "rank", part), ranks = number_in(header, "ranks", part);
    auto moment = header.metadata["moment"];
    open.push_back({std::move(header), rank, ranks, std::move(moment)});
    if (!ranks_seen.insert(rank).second) refuse(part, "another part is of the same rank");
    if (rank >= ranks || ranks != open.front().ranks || ranks != static_cast<int>(parts.size()))
      refuse(part, fmt::format("{} ranks wrote it, {} parts are there", ranks, parts.size()));
    if (open.back().moment != open.front().moment)
      refuse(part, fmt::format("it is of {}, another part of {}", open.back().moment,
                               open.front().moment));
  }
  return open;
}

void check(bool holds, const StatePart& part, const char* what) {
  if (!holds) refuse(part, what);
}

/// What must hold between the members of a state of this model.
void check_state(const RunState& state, const StatePart& part) {
  const auto& layout = state.weights.layout();
  check(state.mask && state.mask->size() == layout.prunable(), part,
        "its mask is not one of this model");
  check(state.mask->kept() == state.cursor.kept, part,
        "its mask keeps another number of weights than it says");
  const auto kept = layout.trained() - state.mask->size() + state.mask->kept();
  const auto& [first, second, moment_steps] = state.moments;
  check(first.numel() == kept && (second.numel() == kept || second.numel() == 0), part,
        "its moments do not fit its mask");
  check(moment_steps >= 0 && state.cursor.position >= 0 && state.cursor.step >= 0 &&
            state.cursor.action >= 0 && state.cursor.done >= 0,
        part, "it counts below 0");
  for (const auto& [name, snapshot] : state.snapshots)
    check(snapshot.weights.numel() == layout.total(), part,
          "a snapshot has not the weights of this model");
  for (const auto& mask : state.observed)
    check(mask && mask->size() == layout.prunable(), part,
          "a mask that it looked at is not one of this model");
  check(!state.ballot.base || state.ballot.base->size() == layout.prunable(), part,
        "its ballot is not one of this model");
  const auto host = state.weights.values().to(at::kCPU);
  const float* w = host.const_data_ptr<float>();
  for (std::int64_t i = 0; i < layout.total(); ++i) {
    check(std::isfinite(w[i]), part, "a weight is not finite");
    check(i >= state.mask->size() || (*state.mask)[i] || w[i] == 0.0F, part,
          "a pruned weight is not 0");
  }
}

/// Of all votes, those of the denoisers that this rank has from now on.
void take_own_votes(RunState& state, const StatePart& part, int rank, int ranks) {
  auto& votes = state.ballot.votes;
  std::ranges::sort(votes, {}, [](const auto& vote) { return vote.row.denoiser; });
  const auto same = [](const auto& a, const auto& b) { return a.row.denoiser == b.row.denoiser; };
  check(std::ranges::adjacent_find(votes, same) == votes.end(), part, "a denoiser voted twice");
  for (const auto& vote : votes)
    check(vote.mask.size() == state.mask->size() && vote.row.denoiser >= 0, part,
          "a vote is not one of this model");
  std::erase_if(votes, [&](const auto& vote) { return vote.row.denoiser % ranks != rank; });
}

std::string hexadecimal(std::uint64_t hash) { return fmt::format("{:016x}", hash); }

std::uint64_t hash_text(std::string_view text, std::uint64_t hash) {
  return hash_bytes(std::as_bytes(std::span(text)), hash);
}

}  // namespace

RunIdentity identity_of(const std::string& run_id, const model::Layout& layout,
                        const data::Splits& splits, std::string inputs) {
  std::uint64_t tensors = kEmptyHash, samples = kEmptyHash;
  for (const auto& tensor : layout.tensors())
    tensors = hash_text(fmt::format("{} {} {} {}\n", tensor.name, fmt::join(tensor.shape, "x"),
                                    static_cast<int>(tensor.role), tensor.offset),
                        tensors);
  for (const auto* split : {&splits.train, &splits.validation, &splits.test}) {
    samples = hash_bytes(std::as_bytes(std::span(split->indices)), samples);
    const auto& dataset = *split->dataset;
    for (const auto index : split->indices) {
      const std::int64_t facts[] = {dataset.shape().classes > 0 ? dataset.label(index) : 0,
                                    dataset.lengths().empty() ? 0 : at(dataset.lengths(), index)};
      samples = hash_bytes(std::as_bytes(std::span(facts)), samples);
    }
  }
  return {run_id, hexadecimal(tensors), hexadecimal(samples), std::move(inputs)};
}

std::vector<std::byte> part_bytes(const RunState& state, const RunIdentity& identity, int rank,
                                  int ranks) {
  const FieldWriter writer(state);
  std::vector<io::TensorToWrite> tensors;
  for (const auto& field : writer.fields())
    if (rank == 0 || field.part == Part::own)
      tensors.push_back({field.name, field.dtype, field.shape, field.bytes});
  auto bytes =
      io::encode_safetensors(std::move(tensors), {{"format", kFormat},
                                                  {"format_version", kVersion},
                                                  {"settings", identity.settings},
                                                  {"model", identity.model},
                                                  {"data", identity.data},
                                                  {"inputs", identity.inputs},
                                                  {"rank", std::to_string(rank)},
                                                  {"ranks", std::to_string(ranks)},
                                                  {"moment", moment_of(state.cursor)},
                                                  {"crc32", std::string(io::kNoChecksum)}});
  io::put_own_checksum(bytes);
  return bytes;
}

RunState read_state(std::span<const StatePart> parts, const RunIdentity& identity,
                    model::Weights weights, int rank, int ranks) {
  const auto open = open_all(parts, identity);
  auto state = fresh_state(std::move(weights), {}, {});
  for (std::size_t i = 0; i < parts.size(); ++i) {
    FieldSource source(parts[i].bytes, open[i].header, parts[i].name);
    FieldReader(source, open[i].rank != 0).read(state);
    source.expect_all_taken();
  }
  check_state(state, parts.front());
  take_own_votes(state, parts.front(), rank, ranks);
  return state;
}

std::uint64_t hash_of(const RunState& state) {
  const FieldWriter writer(state);
  std::uint64_t hash = kEmptyHash;
  for (const auto& field : writer.fields())
    if (field.part == Part::everywhere) hash = hash_bytes(field.bytes, hash_text(field.name, hash));
  return hash;
}

std::vector<std::pair<std::string, std::size_t>> memory_of(const RunState& state) {
  const FieldWriter writer(state);
  std::vector<std::pair<std::string, std::size_t>> memory;
  for (const auto& field : writer.fields()) memory.emplace_back(field.name, field.bytes.size());
  std::ranges::stable_sort(memory, std::ranges::greater{}, [](const auto& m) { return m.second; });
  return memory;
}

}  // namespace stockpot::engine
