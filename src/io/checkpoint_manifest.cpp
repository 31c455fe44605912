// SPDX-License-Identifier: Apache-2.0
// A manifest is canonical: what was read is written again, with its checksum, and must be the same
// bytes. So there is no change of it that is not seen.
#include "io/checkpoint_manifest.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "io/content_hash.hpp"

namespace stockpot::io {
namespace {

using nlohmann::json;

constexpr const char* kFormat = "stockpot-checkpoint";
constexpr std::int64_t kVersion = 1;

json json_of(const std::vector<CheckpointFile>& files) {
  auto list = json::array();
  for (const auto& file : files)
    list.push_back({{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  return list;
}

std::vector<CheckpointFile> files_in(const json& list) {
  std::vector<CheckpointFile> files;
  for (const auto& file : list)
    files.push_back({file.at("name").get<std::string>(), file.at("bytes").get<std::uint64_t>(),
                     file.at("sha256").get<std::string>()});
  return files;
}

json json_of(const CheckpointManifest& m) {
  return {{"format", kFormat},
          {"format_version", kVersion},
          {"name", m.name},
          {"parent", m.parent},
          {"attempt", m.attempt},
          {"steps", m.steps},
          {"run",
           {{"settings", m.run.settings},
            {"model", m.run.model},
            {"data", m.run.data},
            {"inputs", m.run.inputs}}},
          {"method", m.method},
          {"action", m.action},
          {"done", m.done},
          {"step", m.step},
          {"kept", m.kept},
          {"metrics_bytes", m.metrics_bytes},
          {"parts", json_of(m.parts)},
          {"members", json_of(m.members)}};
}

CheckpointManifest manifest_in(const json& j) {
  const auto number = [](const json& from, const char* key) {
    return from.at(key).get<std::int64_t>();
  };
  const auto text = [](const json& from, const char* key) {
    return from.at(key).get<std::string>();
  };
  const auto& run = j.at("run");
  return {
      .name = text(j, "name"),
      .parent = text(j, "parent"),
      .attempt = number(j, "attempt"),
      .steps = number(j, "steps"),
      .run = {text(run, "settings"), text(run, "model"), text(run, "data"), text(run, "inputs")},
      .method = text(j, "method"),
      .action = number(j, "action"),
      .done = number(j, "done"),
      .step = number(j, "step"),
      .kept = number(j, "kept"),
      .metrics_bytes = number(j, "metrics_bytes"),
      .parts = files_in(j.at("parts")),
      .members = files_in(j.at("members"))};
}

[[noreturn]] void refuse(const std::string& source, const std::string& why,
                         const std::string& suggestion = "") {
  throw DataError(source + " is not the manifest of a checkpoint", why, suggestion);
}

}  // namespace

std::string encode_manifest(const CheckpointManifest& manifest) {
  auto j = json_of(manifest);
  const auto text = j.dump();
  j["sha256"] = hash_of(HashAlgorithm::sha256, std::as_bytes(std::span(text)));
  return j.dump(1) + "\n";
}

CheckpointManifest decode_manifest(std::string_view text, const std::string& source) {
  const auto j = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!j.is_object() || j.value("format", json()) != kFormat)
    refuse(source, "it is damaged, or another file");
  if (const auto version = j.value("format_version", json()); version != kVersion)
    refuse(source,
           fmt::format("its format version is {}, this program knows {}",
                       version.dump(-1, ' ', true, json::error_handler_t::replace), kVersion),
           "use the program that wrote it");
  try {
    auto manifest = manifest_in(j);
    if (encode_manifest(manifest) != text)
      refuse(source, "its checksum does not fit: it is damaged");
    for (std::size_t rank = 0; rank < manifest.parts.size(); ++rank)
      if (manifest.parts[rank].name != part_name(static_cast<int>(rank)))
        refuse(source, "it names parts that no rank writes");
    return manifest;
  } catch (const json::exception& error) {
    refuse(source, error.what());
  }
}

std::string part_name(int rank) { return fmt::format("state-{}.safetensors", rank); }

}  // namespace stockpot::io
