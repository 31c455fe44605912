// SPDX-License-Identifier: Apache-2.0
// 1. Open the folder, and in it a temporary file that nobody else has (O_EXCL, O_NOFOLLOW).
// 2. Reserve the space.
// 3. Append: write all, and keep the CRC-32 of what should be there.
// 4. Commit: fsync; drop the pages and read the file back; close; rename; fsync the folder.
// Whatever fails, the destructor removes the temporary file. source: result_format.md,
// "How a file is put down"
#include "io/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <sstream>
#include <utility>
#include <vector>

#include "io/crc32.hpp"

namespace stockpot::io {

namespace {

constexpr std::size_t kReadBackBytes = std::size_t{1} << 20;
constexpr int kTemporaryNames = 1000;

/// Some network file systems cannot flush a folder and say so by EINVAL.
bool flush_folder(int folder) { return ::fsync(folder) == 0 || errno == EINVAL; }

}  // namespace

AtomicFile::AtomicFile(std::filesystem::path path, std::uint64_t bytes_needed)
    : path_(std::move(path)), bytes_needed_(bytes_needed) {
  const auto parent = path_.parent_path();
  folder_ = FileDescriptor(
      ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder_) fail("open the folder of", errno);
  open_temporary();
  try {
    reserve();
  } catch (...) {
    ::unlinkat(folder_.get(), temporary_.c_str(), 0);
    throw;
  }
}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlinkat(folder_.get(), temporary_.c_str(), 0);
}

void AtomicFile::fail(std::string_view verb, int code) const {
  const bool full = code == ENOSPC || code == EDQUOT || code == EFBIG;
  throw IoError(fmt::format("cannot {} {}", verb, path_.string()),
                fmt::format("{}, {} bytes needed", errno_text(code), bytes_needed_),
                full ? "free that much space, or raise the quota or file size limit" : "");
}

void AtomicFile::open_temporary() {
  for (int i = 0; i < kTemporaryNames; ++i) {
    std::ostringstream text;
    text << '.' << path_.filename().string() << '.' << ::getpid() << '.' << i << ".tmp";
    std::string name = text.str();
    file_ = FileDescriptor(::openat(folder_.get(), name.c_str(),
                                    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
    if (file_) {
      temporary_ = std::move(name);
      return;
    }
    if (errno != EEXIST) break;
  }
  fail("create a temporary file for", errno);
}

void AtomicFile::reserve() const {
  if (bytes_needed_ == 0) return;
  // fallocate, not posix_fallocate: where the file system cannot reserve, glibc would write every
  // block twice
  const int result = retry_interrupted([&] {
    return ::fallocate(file_.get(), FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(bytes_needed_));
  });
  if (result != 0 && errno != EOPNOTSUPP && errno != ENOSYS) fail("reserve space for", errno);
}

void AtomicFile::append(std::span<const std::byte> bytes) {
  checksum_ = crc32(bytes, checksum_);
  written_ += bytes.size();
  bytes_needed_ = std::max(bytes_needed_, written_);
  while (!bytes.empty()) {
    const ssize_t count =
        retry_interrupted([&] { return ::write(file_.get(), bytes.data(), bytes.size()); });
    if (count <= 0) fail("write", count == 0 ? ENOSPC : errno);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

void AtomicFile::verify() const {
  ::posix_fadvise(file_.get(), 0, 0, POSIX_FADV_DONTNEED);  // a hint: read the disk, not the cache
  std::vector<std::byte> buffer(kReadBackBytes);
  std::uint64_t offset = 0;
  std::uint32_t checksum = 0;
  while (true) {
    const ssize_t count = retry_interrupted([&] {
      return ::pread(file_.get(), buffer.data(), buffer.size(), static_cast<off_t>(offset));
    });
    if (count < 0) fail("read back", errno);
    if (count == 0) break;
    checksum = crc32(std::span(buffer).first(static_cast<std::size_t>(count)), checksum);
    offset += static_cast<std::uint64_t>(count);
  }
  if (offset != written_ || checksum != checksum_) {
    throw IoError("cannot write " + path_.string(),
                  fmt::format("what was read back differs from what was written: {} of {} bytes",
                              offset, written_),
                  "the disk or file system loses data; the old file, if any, is untouched");
  }
}

void AtomicFile::commit() {
  expect(!temporary_.empty(), "an AtomicFile is committed once");
  if (retry_interrupted([&] { return ::fsync(file_.get()); }) != 0) fail("flush", errno);
  verify();
  if (file_.close() != 0) fail("close", errno);
  if (::renameat(folder_.get(), temporary_.c_str(), folder_.get(), path_.filename().c_str()) != 0)
    fail("rename the finished file to", errno);
  temporary_.clear();
  if (!flush_folder(folder_.get())) fail("flush the folder of", errno);
}

void write_atomically(const std::filesystem::path& path,
                      std::span<const std::span<const std::byte>> parts) {
  std::uint64_t bytes = 0;
  for (const auto part : parts) bytes += part.size();
  AtomicFile file(path, bytes);
  for (const auto part : parts) file.append(part);
  file.commit();
}

void write_atomically(const std::filesystem::path& path, std::string_view text) {
  const std::span<const std::byte> part = std::as_bytes(std::span(text));
  write_atomically(path, std::span(&part, 1));
}

}  // namespace stockpot::io
