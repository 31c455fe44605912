// SPDX-License-Identifier: Apache-2.0
#include "io/disk_reserve.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <string>

namespace stockpot::io {
namespace {

constexpr double kMebibyte = 1048576.0;

[[noreturn]] void refuse(const std::filesystem::path& folder, std::uint64_t bytes,
                         const std::string& why) {
  throw IoError(fmt::format("{} has no room for {:.1f} MiB of results", folder.string(),
                            static_cast<double>(bytes) / kMebibyte),
                why, "make room, or choose another run_root or --run-dir");
}

/// A file in `folder` that no name leads to; empty where none can be made.
FileDescriptor nameless_file(const std::filesystem::path& folder) {
  if (FileDescriptor file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)); file)
    return file;
  std::string name = (folder / ".reserve.XXXXXX").string();  // a file system without O_TMPFILE
  FileDescriptor file(::mkostemp(name.data(), O_CLOEXEC));
  if (file) ::unlink(name.c_str());
  return file;
}

/// Bytes that this process may still write to the file system of `folder`.
std::uint64_t free_bytes(const std::filesystem::path& folder) {
  struct statvfs disk{};
  if (retry_interrupted([&] { return ::statvfs(folder.c_str(), &disk); }) != 0)
    throw_io_error("ask for the free space of", folder);
  return std::uint64_t{disk.f_bavail} * disk.f_frsize;
}

}  // namespace

DiskReserve::DiskReserve(const std::filesystem::path& folder, std::uint64_t bytes,
                         const std::filesystem::path& named) {
  if (const auto left = free_bytes(folder); left < bytes)
    refuse(named, bytes, fmt::format("{:.1f} MiB are free", static_cast<double>(left) / kMebibyte));
  file_ = nameless_file(folder);
  if (!file_ || bytes == 0) return;
  const int result =
      retry_interrupted([&] { return ::fallocate(file_.get(), 0, 0, static_cast<off_t>(bytes)); });
  if (result != 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG))
    refuse(named, bytes, errno_text());
}

void DiskReserve::shrink_to(std::uint64_t bytes) noexcept {
  struct stat now{};
  if (!file_ || ::fstat(file_.get(), &now) != 0) return;
  if (static_cast<std::uint64_t>(now.st_size) > bytes &&
      ::ftruncate(file_.get(), static_cast<off_t>(bytes)) != 0)
    return;
}

}  // namespace stockpot::io
