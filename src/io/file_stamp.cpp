// SPDX-License-Identifier: Apache-2.0
#include "io/file_stamp.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>

namespace stockpot::io {
namespace {

std::int64_t nanoseconds(const timespec& time) {
  return time.tv_sec * std::int64_t{1'000'000'000} + time.tv_nsec;
}

FileStamp stamp_of(const struct stat& found) {
  return {static_cast<std::uint64_t>(found.st_dev), static_cast<std::uint64_t>(found.st_ino),
          static_cast<std::uint64_t>(found.st_size), nanoseconds(found.st_mtim),
          nanoseconds(found.st_ctim)};
}

}  // namespace

FileStamp FileStamp::of(int descriptor) {
  struct stat found{};
  return ::fstat(descriptor, &found) == 0 ? stamp_of(found) : FileStamp();
}

std::optional<FileStamp> FileStamp::of(const std::filesystem::path& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return std::nullopt;
  return stamp_of(found);
}

bool FileStamp::is_settled() const {
  using std::chrono::nanoseconds, std::chrono::seconds, std::chrono::system_clock;
  const auto now = std::chrono::duration_cast<nanoseconds>(system_clock::now().time_since_epoch());
  return nanoseconds(std::max(modified_ns, changed_ns)) + seconds(2) < now;
}

std::string FileStamp::text() const {
  return fmt::format("{} {} {} {} {}", device, inode, size, modified_ns, changed_ns);
}

}  // namespace stockpot::io
