// SPDX-License-Identifier: Apache-2.0
// An entry is five lines: the format, the key, bytes and SHA-256, MD5 or -, and the CRC-32 of all
// before.
#include "io/digest_cache.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "core/error.hpp"
#include "io/atomic_file.hpp"
#include "io/content_hash.hpp"
#include "io/crc32.hpp"

namespace stockpot::io {
namespace {

constexpr const char* kFormat = "stockpot-input-digest 1";
constexpr const char* kNone = "-";

std::string text_of(const std::string& key, const ContentDigest& digest) {
  const auto text = fmt::format("{}\n{}\n{} {}\n{}\n", kFormat, key, digest.bytes, digest.sha256,
                                digest.md5.empty() ? kNone : digest.md5);
  return text + fmt::format("{:08x}\n", crc32(std::as_bytes(std::span(text))));
}

}  // namespace

std::filesystem::path DigestCache::place_of(const std::string& key) const {
  return folder_ / hash_of(HashAlgorithm::sha256, std::as_bytes(std::span(key)));
}

std::optional<ContentDigest> DigestCache::find(const std::string& key) const {
  if (folder_.empty() || trust_ == Trust::read_again) return std::nullopt;
  std::ifstream file(place_of(key));
  std::ostringstream text;
  text << file.rdbuf();
  std::istringstream lines(text.str());
  std::string format, found_key;
  std::getline(lines, format);
  std::getline(lines, found_key);
  ContentDigest digest;
  lines >> digest.bytes >> digest.sha256 >> digest.md5;
  if (digest.md5 == kNone) digest.md5.clear();
  if (!lines || text_of(key, digest) != text.str()) return std::nullopt;
  return digest;
}

void DigestCache::keep(const std::string& key, const ContentDigest& digest) const noexcept {
  if (folder_.empty()) return;
  try {
    std::filesystem::create_directories(folder_);
    write_atomically(place_of(key), text_of(key, digest));
  } catch (const std::exception&) {
    return;  // a full disk or a folder that is not ours: the next run reads the file again
  }
}

}  // namespace stockpot::io
