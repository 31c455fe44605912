// SPDX-License-Identifier: Apache-2.0
#include "io/durable.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <system_error>
#include <vector>

#include "io/file_descriptor.hpp"

namespace stockpot::io {

namespace fs = std::filesystem;

void flush_to_disk(const fs::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) throw_io_error("open to flush", path);
  if (retry_interrupted([&] { return ::fsync(file.get()); }) != 0 && errno != EINVAL)
    throw_io_error("flush", path);
}

void make_folder_durably(const fs::path& path) {
  std::error_code error;
  fs::create_directory(path, error);
  if (error) throw IoError("cannot make folder " + path.string(), error.message());
  flush_to_disk(path.has_parent_path() ? path.parent_path() : ".");
}

void flush_file_system(const fs::path& folder) {
  const FileDescriptor file(::open(folder.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) throw_io_error("open to flush", folder);
  if (retry_interrupted([&] { return ::syncfs(file.get()); }) != 0) throw_io_error("flush", folder);
}

void remove_temporaries(const fs::path& folder) noexcept {
  try {
    std::error_code ignored;
    std::vector<fs::path> left;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
      const auto name = entry.path().filename().string();
      if (name.starts_with('.') && name.ends_with(".tmp")) left.push_back(entry.path());
    }
    for (const auto& path : left) fs::remove_all(path, ignored);
  } catch (const std::exception&) {
    return;  // memory for a name
  }
}

}  // namespace stockpot::io
