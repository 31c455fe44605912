// SPDX-License-Identifier: Apache-2.0
#include "io/line_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <string>
#include <utility>

namespace stockpot::io {

LineFile::LineFile(std::filesystem::path path, std::function<void()> before_each)
    : path_(std::move(path)),
      before_each_(std::move(before_each)),
      file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0666)) {
  if (!file_) throw_io_error("open", path_);
}

void LineFile::append(std::string_view line) {
  if (before_each_) before_each_();
  std::string text(line);
  text += '\n';
  struct stat before{};
  if (::fstat(file_.get(), &before) != 0) throw_io_error("look at", path_);
  const ssize_t count =
      retry_interrupted([&] { return ::write(file_.get(), text.data(), text.size()); });
  if (count == static_cast<ssize_t>(text.size())) {
    size_ = before.st_size + count;
    return;
  }
  const int code = count < 0 ? errno : ENOSPC;
  if (count > 0 && ::ftruncate(file_.get(), before.st_size) != 0)
    throw_io_error("remove half a line from", path_);
  throw_io_error(fmt::format("append {} bytes to", text.size()), path_, code);
}

}  // namespace stockpot::io
