// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/error.hpp"

namespace stockpot::io {

/// Owns one open file.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  /// Close now and return what close(2) returned: writers must look at it.
  int close() { return ::close(std::exchange(fd_, -1)); }

 private:
  int fd_ = -1;
};

/// What the operating system calls error number `code`.
inline std::string errno_text(int code = errno) { return std::generic_category().message(code); }

/// Throw the IoError of a failed system call: `cannot <verb> <path> (<errno text>)`.
[[noreturn]] inline void throw_io_error(std::string_view verb, const std::filesystem::path& path,
                                        int code = errno, std::string_view suggestion = {}) {
  throw IoError("cannot " + std::string(verb) + " " + path.string(), errno_text(code), suggestion);
}

/// Repeat a system call that a signal interrupted.
template <typename Call>
auto retry_interrupted(Call call) {
  while (true) {
    const auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

}  // namespace stockpot::io
