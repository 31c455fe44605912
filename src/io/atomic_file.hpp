// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "io/file_descriptor.hpp"

namespace stockpot::io {

/// Writes a file so that at every instant, also after a crash or on a full disk, `path` is the old
/// file or the whole new one.
///
/// The bytes go to a hidden temporary file of the same folder; `commit` flushes them, reads them
/// back, and renames. Without a commit (an error, an exception) the temporary file is removed. An
/// existing symbolic link is replaced, never followed.
///
/// Example:
///     const std::string_view head = "round,accuracy\n", row = "1,0.91\n";
///     AtomicFile file("table.csv", head.size() + row.size());
///     for (const auto part : {head, row}) file.append(std::as_bytes(std::span(part)));
///     EXPECT_FALSE(std::filesystem::exists("table.csv"));
///     file.commit();
///     EXPECT_TRUE(std::filesystem::exists("table.csv"));
class AtomicFile {
 public:
  /// Reserves `bytes_needed` on the disk, so that a full disk is found before the work.
  /// throws  IoError naming path, reason and bytes needed
  AtomicFile(std::filesystem::path path, std::uint64_t bytes_needed);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Write `bytes` behind what was written before; nothing is buffered or copied. throws IoError
  void append(std::span<const std::byte> bytes);

  /// Flush, read back, compare, rename, flush the folder. Last call; throws IoError, and then the
  /// old file stands.
  void commit();

 private:
  [[noreturn]] void fail(std::string_view verb, int code) const;
  void open_temporary();
  void reserve() const;
  void verify() const;

  std::filesystem::path path_;
  std::uint64_t bytes_needed_, written_ = 0;
  std::uint32_t checksum_ = 0;  ///< CRC-32 of all bytes appended
  FileDescriptor folder_, file_;
  std::string temporary_;  ///< name inside folder_; empty: nothing to remove
};

/// Write `parts`, one behind the other, to `path` by an AtomicFile.
void write_atomically(const std::filesystem::path& path,
                      std::span<const std::span<const std::byte>> parts);
void write_atomically(const std::filesystem::path& path, std::string_view text);

}  // namespace stockpot::io
