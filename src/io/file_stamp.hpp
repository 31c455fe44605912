// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace stockpot::io {

/// What changes when a file's content does, without reading it. Two nodes may have unequal copies
/// with equal stamps, so it tells a file from another of one host only.
struct FileStamp {
  std::uint64_t device = 0, inode = 0, size = 0;
  std::int64_t modified_ns = 0;  ///< since 1970
  std::int64_t changed_ns = 0;   ///< of the inode: no program can set it back

  static FileStamp of(int descriptor);
  /// Of the file that `path` leads to; none where it cannot be looked at.
  static std::optional<FileStamp> of(const std::filesystem::path& path);

  /// Whether the last change is so long ago (2 s) that another one would show in the times.
  bool is_settled() const;

  std::string text() const;
};

}  // namespace stockpot::io
