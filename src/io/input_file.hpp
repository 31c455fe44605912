// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "io/file_descriptor.hpp"

namespace stockpot::io {

/// A regular file, opened for reading. Symbolic links are followed (Hugging Face caches are made of
/// them).
class InputFile {
 public:
  /// Never blocks. throws DataError if there is none, or it is a folder, fifo or device; IoError if
  /// it may not be read.
  explicit InputFile(std::filesystem::path path);

  const std::filesystem::path& path() const { return path_; }
  std::uint64_t size() const { return size_; }
  int descriptor() const { return file_.get(); }

  /// Fill `into` with the bytes from `offset` on. throws DataError where the file ends before,
  /// IoError
  void read(std::uint64_t offset, std::span<std::byte> into) const;

  /// Throw DataError if size or time of change are not what they were at opening.
  void check_unchanged() const;

 private:
  std::filesystem::path path_;
  FileDescriptor file_;
  std::uint64_t size_ = 0;
  std::int64_t changed_ns_ = 0;
};

/// An InputFile seen as bytes of memory. Another process that cuts the file short while it is read
/// ends this one by SIGBUS.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  const std::filesystem::path& path() const { return file_.path(); }
  int descriptor() const { return file_.descriptor(); }
  std::span<const std::byte> bytes() const { return bytes_; }

  /// The same bytes by a system call: quicker than through the map where all of them are wanted
  /// once, and no memory of this process holds them.
  void read(std::uint64_t offset, std::span<std::byte> into) const { file_.read(offset, into); }
  void check_unchanged() const { file_.check_unchanged(); }

 private:
  InputFile file_;
  std::span<const std::byte> bytes_;
};

}  // namespace stockpot::io
