// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <bit>
#include <cstring>

#include "core/error.hpp"
#include "core/escape.hpp"
#include "io/checkpoint_store.hpp"
#include "io/safetensors.hpp"
#include "jobs/inspect.hpp"

namespace stockpot::jobs {
namespace {

namespace fs = std::filesystem;

/// Kept and all weights of the mask of a state, by its bits.
struct Kept {
  std::int64_t kept = 0, all = 0;
};

/// An array of the state. throws DataError
std::span<const std::byte> array_of(const io::SafetensorsReader& state, const char* name) {
  const auto* tensor = state.find(name);
  if (tensor == nullptr || tensor->dtype != io::Dtype::i64)
    throw DataError(fmt::format("the state has no {}", name));
  return state.bytes(*tensor);
}

std::int64_t number_at(std::span<const std::byte> bytes, std::size_t index) {
  std::int64_t number = 0;
  std::memcpy(&number, bytes.subspan(index * sizeof number, sizeof number).data(), sizeof number);
  return number;
}

Kept count_kept(const io::SafetensorsReader& state) {
  const auto size = array_of(state, "mask/size"), words = array_of(state, "mask/words");
  if (size.empty()) throw DataError("the state does not say how long its mask is");
  Kept count{.kept = 0, .all = number_at(size, 0)};
  for (std::size_t i = 0; i < words.size() / sizeof(std::int64_t); ++i)
    count.kept += std::popcount(static_cast<std::uint64_t>(number_at(words, i)));
  return count;
}

}  // namespace

void inspect_checkpoint(const fs::path& folder) {
  const auto path = fs::weakly_canonical(folder.empty() ? "." : folder);
  if (path.parent_path().filename() != io::kCheckpointFolder)
    throw DataError(folder.string() + " holds a manifest and is no checkpoint of a run",
                    fmt::format("it does not lie in `{}` of a run folder", io::kCheckpointFolder),
                    "put it back, its manifest names files of the run");
  const io::CheckpointStore store(path.parent_path().parent_path());
  const auto manifest = store.manifest_of(path.filename().string());
  store.verify(manifest);
  const io::SafetensorsReader state(path / manifest.parts.front().name);
  const auto [kept, all] = count_kept(state);
  if (kept != manifest.kept)
    throw DataError(
        folder.string() + " contradicts itself",
        fmt::format("its mask keeps {} weights, its manifest says {}", kept, manifest.kept));
  fmt::print("{}: a checkpoint (every checksum right) of a run of {} on {} rank{}, attempt {}\n",
             escaped(path.string()), escaped(manifest.method), manifest.parts.size(),
             manifest.parts.size() == 1 ? "" : "s", manifest.attempt);
  fmt::print(
      "  {} steps of the main network, {} with those of look-aheads; {} actions done, and {} "
      "steps of the next\n",
      manifest.step, manifest.steps, manifest.action, manifest.done);
  fmt::print("  kept {} of {} prunable weights by the bits of its mask (sparsity {:.8f})\n", kept,
             all, 1.0 - fraction(kept, all));
  fmt::print("  run id {}; before it: {}\n", escaped(manifest.run.settings),
             manifest.parent.empty() ? "none" : escaped(manifest.parent));
  for (const auto* files : {&manifest.parts, &manifest.members})
    for (const auto& file : *files)
      fmt::print("  {} {} bytes, SHA-256 {}\n", escaped(file.name), file.bytes,
                 escaped(file.sha256));
}

}  // namespace stockpot::jobs
