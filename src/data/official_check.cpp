// SPDX-License-Identifier: Apache-2.0
#include "data/official_check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.hpp"

namespace stockpot::data {

std::string difference(const OfficialFile& official, const io::ContentDigest& content) {
  if (official.bytes != 0 && content.bytes != official.bytes)
    return fmt::format("holds {} bytes, the official file {}", content.bytes, official.bytes);
  if (!official.md5.empty() && !content.md5.empty() && content.md5 != official.md5)
    return fmt::format("MD5 {}, the official file has {}", content.md5, official.md5);
  return "";
}

OfficialCheck::OfficialCheck(const config::DataConfig& config)
    : config_(config), set_(find_official_set(config.name)) {}

void OfficialCheck::count(Part part, std::int64_t samples) {
  if (set_ == nullptr || (part == Part::test && !config_.test_file.empty())) return;
  const auto& official = part == Part::train ? set_->train : set_->test;
  if (official.empty() || std::ranges::find(official, samples) != official.end()) return;
  differences_.push_back(fmt::format("{} set: {} samples, the official one has {}",
                                     part == Part::train ? "training" : "test", samples,
                                     fmt::join(official, " or ")));
}

void OfficialCheck::files(const std::filesystem::path& folder, const io::InputDigests& digests) {
  if (set_ == nullptr) return;
  for (const auto& digest : digests.all()) {
    const auto name = digest.path.lexically_relative(folder).generic_string();
    const auto official = std::ranges::find_if(set_->files, [&](const OfficialFile& file) {
      return std::ranges::find(file.names, name) != file.names.end();
    });
    if (digest.is_folder || official == set_->files.end()) continue;
    if (const auto text = difference(*official, digest.content); !text.empty())
      differences_.push_back(digest.path.string() + ": " + text);
  }
}

void OfficialCheck::require() const {
  if (differences_.empty() || config_.official == "no") return;
  throw DataError(
      fmt::format("these files are not the official {}:\n  {}", config_.name,
                  fmt::join(differences_, "\n  ")),
      "results of other data must not go by its name",
      "`stockpot doctor --data` looks at all files; data.official=no uses these, and records it");
}

}  // namespace stockpot::data
