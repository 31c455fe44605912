// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

#include "io/file_descriptor.hpp"

namespace stockpot::io {

/// Says that this process works in a folder, so that two runs never write into one (exit 73). Held
/// while the object lives; the kernel releases it when the process ends in whatever way. A file
/// system without locks is no obstacle: then nothing is promised.
class FolderLock {
 public:
  /// throws  Error with ExitCode::owned_elsewhere if another process holds it, IoError if the
  /// folder may not be written
  explicit FolderLock(const std::filesystem::path& folder);

 private:
  FileDescriptor file_;
};

}  // namespace stockpot::io
