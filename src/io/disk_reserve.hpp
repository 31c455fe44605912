// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>

#include "io/file_descriptor.hpp"

namespace stockpot::io {

/// Keeps space on a disk free for what is written at the end, so that a full disk is met before
/// the work and not after it.
///
/// The space belongs to a file without a name, which vanishes with this object or with the
/// process, however that ends. Where the file system cannot reserve, free space is compared only.
class DiskReserve {
 public:
  /// throws  IoError naming folder and bytes, if they are not free
  DiskReserve(const std::filesystem::path& folder, std::uint64_t bytes)
      : DiskReserve(folder, bytes, folder) {}

  /// The same, where `folder` stands for the one to be made below it, which the error names.
  DiskReserve(const std::filesystem::path& folder, std::uint64_t bytes,
              const std::filesystem::path& named);

  /// Keep `bytes` of it only. Throws nothing: what is not given back is kept.
  void shrink_to(std::uint64_t bytes) noexcept;

  /// Give the space back: what it was kept for is written now.
  void release() { file_ = FileDescriptor(); }

 private:
  FileDescriptor file_;
};

}  // namespace stockpot::io
