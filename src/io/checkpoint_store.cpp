// SPDX-License-Identifier: Apache-2.0
// write:  mkdir step-N.A, flush checkpoints/;  every rank state-R.safetensors (AtomicFile: flushed,
//         read back);  metrics.jsonl flushed;  manifest.json (AtomicFile).
// remove: manifest.json, then the rest.
// So a folder with a manifest is whole at every instant, and one without does not count.
#include "io/checkpoint_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/error.hpp"
#include "core/log.hpp"
#include "io/atomic_file.hpp"
#include "io/content_hash.hpp"
#include "io/durable.hpp"
#include "io/input_file.hpp"

namespace stockpot::io {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLargestManifest = std::uint64_t{1} << 26;
constexpr const char* kMetrics = "metrics.jsonl";

/// Digits from the front of `text`, which loses them; empty where there are none.
std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

CheckpointFile facts_of(std::string name, const fs::path& path) {
  constexpr std::uint64_t kPiece = std::uint64_t{1} << 20;
  const io::InputFile file(path);
  io::ContentHash hash(HashAlgorithm::sha256);
  std::vector<std::byte> buffer(std::min(kPiece, file.size()));
  for (std::uint64_t at = 0; at < file.size(); at += kPiece) {
    const auto piece = std::span(buffer).first(std::min(kPiece, file.size() - at));
    file.read(at, piece);
    hash.update(piece);
  }
  return {std::move(name), file.size(), io::to_hex(hash.finish())};
}

/// throws DataError unless `path` holds what `facts` say
void check(const CheckpointFile& facts, const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) throw DataError(path.string() + " is missing");
  const auto size = fs::file_size(path, error);
  if (error) throw IoError("cannot look at " + path.string(), error.message());
  if (size != facts.bytes)
    throw DataError(fmt::format("{} has {} bytes of {}", path.string(), size, facts.bytes));
  if (facts_of(facts.name, path) != facts)
    throw DataError(path.string() + " holds other bytes than were written");
}

/// Whether `name` stays below the folder that it is taken in.
bool stays_below(const fs::path& name) {
  return name.is_relative() &&
         std::ranges::none_of(name, [](const fs::path& part) { return part == ".."; });
}

}  // namespace

std::string checkpoint_name(std::int64_t steps, std::int64_t attempt) {
  return fmt::format("step-{:08}.{}", steps, attempt);
}

std::optional<CheckpointAge> checkpoint_age(const std::string& name) {
  constexpr std::string_view kBegin = "step-";
  if (!name.starts_with(kBegin)) return std::nullopt;
  std::string_view rest = std::string_view(name).substr(kBegin.size());
  const auto steps = take_number(rest);
  if (!steps || !rest.starts_with('.')) return std::nullopt;
  rest.remove_prefix(1);
  const auto attempt = take_number(rest);
  if (!attempt || !rest.empty()) return std::nullopt;
  return CheckpointAge{.attempt = *attempt, .steps = *steps};
}

std::vector<std::string> CheckpointStore::folders() const {
  std::vector<std::string> found;
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(path(), absent))
    if (auto name = entry.path().filename().string(); checkpoint_age(name)) found.push_back(name);
  std::ranges::sort(found, std::ranges::greater{},
                    [](const auto& name) { return *checkpoint_age(name); });
  return found;
}

bool CheckpointStore::is_committed(const std::string& name) const {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path_of(name) / kManifestFile, ignored));
}

std::vector<std::string> CheckpointStore::names() const {
  auto found = folders();
  std::erase_if(found, [&](const auto& name) { return !is_committed(name); });
  return found;
}

std::uint64_t CheckpointStore::bytes() const {
  std::uint64_t sum = 0;
  std::error_code absent, vanished;
  for (const auto& entry : fs::recursive_directory_iterator(path(), absent))
    if (entry.is_regular_file(vanished))
      if (const auto size = entry.file_size(vanished); !vanished) sum += size;
  return sum;
}

void CheckpointStore::make(const std::string& name) const {
  io::make_folder_durably(path());
  io::make_folder_durably(path_of(name));
}

CheckpointFile CheckpointStore::write_part(const std::string& name, int rank,
                                           std::span<const std::byte> bytes) const {
  CheckpointFile facts{part_name(rank), bytes.size(), hash_of(HashAlgorithm::sha256, bytes)};
  io::write_atomically(path_of(name) / facts.name, std::span(&bytes, 1));
  return facts;
}

CheckpointFile CheckpointStore::look_at(const std::string& file) const {
  return facts_of(file, run_folder_ / file);
}

void CheckpointStore::commit(const CheckpointManifest& manifest) const {
  if (manifest.metrics_bytes > 0) io::flush_to_disk(run_folder_ / kMetrics);
  io::write_atomically(path_of(manifest.name) / kManifestFile, encode_manifest(manifest));
}

CheckpointManifest CheckpointStore::manifest_of(const std::string& name) const {
  const auto file = path_of(name) / kManifestFile;
  const io::InputFile input(file);
  if (input.size() > kLargestManifest)
    throw DataError(file.string() + " is not the manifest of a checkpoint", "it is too large");
  std::string text(input.size(), '\0');
  input.read(0, std::as_writable_bytes(std::span(text)));
  auto manifest = decode_manifest(text, file.string());
  if (manifest.name != name)
    throw DataError(file.string() + " is the manifest of " + manifest.name);
  return manifest;
}

void CheckpointStore::verify(const CheckpointManifest& manifest) const {
  const auto folder = path_of(manifest.name);
  if (manifest.parts.empty()) throw DataError(folder.string() + " has no part");
  for (const auto& part : manifest.parts) check(part, folder / part.name);
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const auto name = entry.path().filename().string();
    if (name.starts_with("state-") &&
        std::ranges::find(manifest.parts, name, &CheckpointFile::name) == manifest.parts.end())
      throw DataError(entry.path().string() + " is no part of it");
  }
  if (error) throw IoError("cannot list " + folder.string(), error.message());
  for (const auto& member : manifest.members) {
    if (!stays_below(member.name))
      throw DataError(member.name + " does not lie in the folder of the run");
    check(member, run_folder_ / member.name);
  }
  if (manifest.metrics_bytes <= 0) return;
  const auto metrics = run_folder_ / kMetrics;
  const auto size = fs::file_size(metrics, error);
  if (error || size < static_cast<std::uint64_t>(manifest.metrics_bytes))
    throw DataError(fmt::format("{} has lost lines: {} bytes of {}", metrics.string(),
                                error ? 0 : size, manifest.metrics_bytes));
}

void CheckpointStore::remove(const std::string& name) const {
  std::error_code error;
  fs::remove(path_of(name) / kManifestFile, error);
  if (!error) fs::remove_all(path_of(name), error);
  if (error) throw IoError("cannot remove " + path_of(name).string(), error.message());
}

void CheckpointStore::remove_unfinished() const noexcept {
  try {
    io::remove_temporaries(path());
    for (const auto& name : folders())
      if (is_committed(name))
        io::remove_temporaries(path_of(name));
      else
        remove(name);
  } catch (const std::exception& error) {
    log_info(error.what());  // it stands in nobody's way
  }
}

}  // namespace stockpot::io
