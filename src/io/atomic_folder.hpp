// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

namespace stockpot::io {

/// How `AtomicFolder::commit` takes the place of a folder that exists.
enum class Replacing {
  at_once,  ///< the two change places in one instant; where the file system cannot, `in_turn`
  in_turn,  ///< the old one is moved aside first: for a moment there is none
};

/// Fills a folder so that `path` is the old one or the whole new one, at every instant where the
/// file system can exchange two names (Linux's ext4, xfs, btrfs, tmpfs), else at all but one: files
/// are put into a hidden folder beside it, which `commit` flushes and renames. Without a commit (an
/// error, an exception) the hidden folder is removed.
class AtomicFolder {
 public:
  /// replace  an existing folder that is not empty is replaced, else refused
  /// throws   UsageError where it is refused or `path` is no folder; IoError
  AtomicFolder(const std::filesystem::path& path, bool replace);
  ~AtomicFolder();
  AtomicFolder(const AtomicFolder&) = delete;
  AtomicFolder& operator=(const AtomicFolder&) = delete;

  /// Where files are put until the commit.
  const std::filesystem::path& path() const { return temporary_; }

  /// Last call; throws IoError, and then the old folder stands (unless it is the old one's removal
  /// that failed).
  void commit(Replacing replacing = Replacing::at_once);

 private:
  void move_into_place();
  void move_aside_and_into_place();

  std::filesystem::path path_;
  std::filesystem::path temporary_;  ///< empty: nothing to remove
};

}  // namespace stockpot::io
