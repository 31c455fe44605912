// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "io/file_descriptor.hpp"

namespace stockpot::io {

/// A text file that only grows, by whole lines, and can be read while it does (metrics.jsonl).
class LineFile {
 public:
  /// Opens `path` to append, creating it if need be; symbolic links are not followed. throws
  /// IoError
  ///
  /// before_each  is called before a line is written, and throws where none may be; may be empty
  explicit LineFile(std::filesystem::path path, std::function<void()> before_each = {});

  /// Append `line` and a newline in one write. On a full disk nothing of the line stays; throws
  /// IoError.
  void append(std::string_view line);

  /// Bytes of the file, all lines of it.
  std::int64_t size() const { return size_; }

 private:
  std::filesystem::path path_;
  std::function<void()> before_each_;
  FileDescriptor file_;
  std::int64_t size_ = 0;
};

}  // namespace stockpot::io
