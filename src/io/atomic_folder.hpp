// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

namespace stockpot::io {

/// Fills a folder so that `path` is the old one or the whole new one: files are put into a hidden
/// folder beside it, which `commit` renames. Without a commit (an error, an exception) the hidden
/// folder is removed.
class AtomicFolder {
 public:
  /// replace  an existing folder that is not empty is replaced, else refused
  /// throws   UsageError where it is refused or `path` is no folder; IoError
  AtomicFolder(std::filesystem::path path, bool replace);
  ~AtomicFolder();
  AtomicFolder(const AtomicFolder&) = delete;
  AtomicFolder& operator=(const AtomicFolder&) = delete;

  /// Where files are put until the commit.
  const std::filesystem::path& path() const { return temporary_; }

  /// Last call; throws IoError, and then the old folder stands.
  void commit();

 private:
  std::filesystem::path path_, temporary_;
};

}  // namespace stockpot::io
