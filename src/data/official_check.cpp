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
  of_counts_.push_back(fmt::format("{} set: {} samples, the official one has {}",
                                   part == Part::train ? "training" : "test", samples,
                                   fmt::join(official, " or ")));
}

void OfficialCheck::compare(const std::filesystem::path& folder, const std::filesystem::path& path,
                            const io::ContentDigest& content) {
  if (set_ == nullptr) return;
  const auto name = path.lexically_relative(folder).generic_string();
  const auto official = std::ranges::find_if(set_->files, [&](const OfficialFile& file) {
    return std::ranges::find(file.names, name) != file.names.end();
  });
  if (official == set_->files.end()) return;
  const auto text = difference(*official, content);
  auto line = path.string() + ": " + text;
  if (!text.empty() && std::ranges::find(of_files_, line) == of_files_.end())
    of_files_.push_back(std::move(line));
}

void OfficialCheck::size(const std::filesystem::path& folder, const std::filesystem::path& path,
                         std::uint64_t bytes) {
  compare(folder, path, {.bytes = bytes, .sha256 = "", .md5 = ""});
}

void OfficialCheck::files(const std::filesystem::path& folder, const io::InputDigests& digests) {
  for (const auto& digest : digests.all())
    if (!digest.is_folder) compare(folder, digest.path, digest.content);
}

std::vector<std::string> OfficialCheck::differences() const {
  auto all = of_counts_;
  all.insert(all.end(), of_files_.begin(), of_files_.end());
  return all;
}

void OfficialCheck::require() const {
  const auto all = differences();
  if (all.empty() || config_.official == "no") return;
  throw DataError(
      {fmt::format("these files are not the official {}:", config_.name), all},
      "results of other data must not go by its name",
      "`stockpot doctor --data` looks at all files; data.official=no uses these, and records it");
}

}  // namespace stockpot::data
