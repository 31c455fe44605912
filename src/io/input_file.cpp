// SPDX-License-Identifier: Apache-2.0
#include "io/input_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <utility>

namespace stockpot::io {

namespace {

struct stat look_at(int file, const std::filesystem::path& path) {
  struct stat found{};
  if (::fstat(file, &found) != 0) throw_io_error("look at", path);
  return found;
}

std::int64_t change_time_ns(const struct stat& found) {
  return found.st_mtim.tv_sec * std::int64_t{1'000'000'000} + found.st_mtim.tv_nsec;
}

}  // namespace

InputFile::InputFile(std::filesystem::path path)
    : path_(std::move(path)), file_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
  if (!file_) {
    if (errno == ENOENT || errno == ENOTDIR || errno == ENXIO)
      throw DataError("no file " + path_.string(), errno_text());
    throw_io_error("open", path_);
  }
  const struct stat found = look_at(file_.get(), path_);
  if (!S_ISREG(found.st_mode))
    throw DataError(path_.string() + " is not a regular file",
                    S_ISDIR(found.st_mode) ? "it is a folder" : "");
  size_ = static_cast<std::uint64_t>(found.st_size);
  changed_ns_ = change_time_ns(found);
}

void InputFile::read(std::uint64_t offset, std::span<std::byte> into) const {
  for (std::size_t done = 0; done < into.size();) {
    const ssize_t got = ::pread(file_.get(), into.data() + done, into.size() - done,
                                static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw_io_error("read", path_);
    if (got == 0)
      throw DataError(fmt::format("{} ends at byte {}", path_.string(), offset + done),
                      "it changed while it was read");
    done += static_cast<std::size_t>(got);
  }
}

void InputFile::check_unchanged() const {
  const struct stat found = look_at(file_.get(), path_);
  if (static_cast<std::uint64_t>(found.st_size) != size_ || change_time_ns(found) != changed_ns_) {
    throw DataError(path_.string() + " changed while it was read",
                    "its size or time of change differs",
                    "do not write to input files of a running job");
  }
}

MappedFile::MappedFile(const std::filesystem::path& path) : file_(path) {
  if (file_.size() == 0) return;
  void* memory = ::mmap(nullptr, file_.size(), PROT_READ, MAP_PRIVATE, file_.descriptor(), 0);
  if (memory == MAP_FAILED) throw_io_error("map", path);
  bytes_ = {static_cast<const std::byte*>(memory), file_.size()};
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : file_(std::move(other.file_)), bytes_(std::exchange(other.bytes_, {})) {}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace stockpot::io
