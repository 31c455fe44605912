// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace stockpot::io {

/// What a file, or a group of files, holds.
struct ContentDigest {
  std::uint64_t bytes = 0;
  std::string sha256;  ///< 64 hexadecimal digits
  std::string md5;     ///< 32; empty: not known
};

/// Digests of files that have been read before, in a folder: a small file for each, written whole
/// or not at all, so that processes may share it. What is damaged there, or cannot be written,
/// costs time only.
class DigestCache {
 public:
  enum class Trust {
    remembered,  ///< what is remembered of a stamp is true
    read_again   ///< nothing is looked up; what is found is remembered
  };

  /// folder  need not exist; empty: nothing is remembered
  explicit DigestCache(std::filesystem::path folder, Trust trust = Trust::remembered)
      : folder_(std::move(folder)), trust_(trust) {}

  /// What is remembered under `key`, which names this host and all that would change with the
  /// content.
  std::optional<ContentDigest> find(const std::string& key) const;

  void keep(const std::string& key, const ContentDigest& digest) const noexcept;

 private:
  std::filesystem::path place_of(const std::string& key) const;

  std::filesystem::path folder_;
  Trust trust_;
};

}  // namespace stockpot::io
