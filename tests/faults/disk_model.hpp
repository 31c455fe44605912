// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace stockpot::test {

/// A disk as it may be after the power went, from the system calls of a program (strace) before.
///
/// Data of a file are on the disk once fsync of that file has returned; a name (of a new, renamed
/// or removed file or folder) once fsync of its folder has, and nothing else is promised. What is
/// not may be there or not. source: fsync(2), rename(2)
class DiskModel {
 public:
  /// folder  as it is before the calls: all of it is on the disk
  explicit DiskModel(const std::filesystem::path& folder);

  /// Take in the calls that the lines of `strace -xx -y` tell behind the one with `mark`. Calls
  /// outside the folder are passed over. throws std::runtime_error for a call that changes files
  /// and is not modelled
  void take(const std::string& log, const std::string& mark);

  /// As if the program never flushed the files whose path has `part` in it: what the model is
  /// tested by.
  void forget_flushes_of(const std::string& part);

  /// Calls that were taken in.
  std::size_t calls() const { return calls_.size(); }

  /// What lies on the disk of what the calls wrote, but did not flush.
  enum class Unflushed { nothing, half, all };

  /// Names that the first `count` calls changed and that are not flushed after them: how many.
  std::size_t open_names(std::size_t count) const;

  /// Put the disk after `count` calls into the empty folder `to`.
  /// names  which of the open names are on it
  void restore(std::size_t count, const std::vector<bool>& names, Unflushed data,
               const std::filesystem::path& to) const;

  /// Calls after which the name `file`, below the folder, is flushed: the first such count.
  std::size_t flushed_after(const std::string& file) const;

 private:
  struct Call {
    enum class Kind { make, write, flush, rename, remove, make_folder, remove_folder } kind;
    std::string path, to = {}, data = {};  ///< paths are relative to the folder
    int file = -1;                         ///< number of the file that it is about
  };
  struct File {
    std::string data, flushed;
  };
  void take_call(const std::string& name, const std::vector<std::string>& words,
                 const std::string& result);
  std::string below(const std::string& path) const;
  std::vector<std::size_t> open_calls(std::size_t count) const;

  std::filesystem::path folder_;
  std::map<std::string, int> names_before_, names_;
  std::set<std::string> folders_before_;
  std::vector<std::string> data_before_;  ///< of the files that were there, by number
  int files_ = 0;
  std::vector<Call> calls_;
};

}  // namespace stockpot::test
