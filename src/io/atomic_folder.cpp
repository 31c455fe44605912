// SPDX-License-Identifier: Apache-2.0
#include "io/atomic_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include <sstream>
#include <string>
#include <system_error>
#include <utility>

#include "core/error.hpp"
#include "io/durable.hpp"
#include "io/file_descriptor.hpp"

namespace stockpot::io {
namespace {

namespace fs = std::filesystem;

void check(const std::error_code& error, const std::string& what) {
  if (error) throw IoError(what, error.message());
}

void flush_all_in(const fs::path& folder) {
  try {
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (!entry.is_symlink() && (entry.is_directory() || entry.is_regular_file()))
        flush_to_disk(entry.path());
  } catch (const fs::filesystem_error& error) {
    throw IoError("cannot flush " + folder.string(), error.code().message());
  }
  flush_to_disk(folder);
}

/// Let two folders take each other's place in one instant. false: this file system or kernel
/// cannot.
bool exchange(const fs::path& a, const fs::path& b) {
  if (::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0) return true;
  if (errno == ENOSYS || errno == EINVAL || errno == EOPNOTSUPP) return false;
  throw_io_error("put the finished folder in the place of", b);
}

}  // namespace

AtomicFolder::AtomicFolder(const fs::path& path, bool replace)
    : path_(fs::absolute(path).lexically_normal()) {
  if (!path_.has_filename()) path_ = path_.parent_path();  // a/b/ is a/b
  std::error_code error;
  const auto kind = fs::status(path_, error).type();
  if (kind != fs::file_type::not_found && kind != fs::file_type::directory)
    throw UsageError(path_.string() + " is not a folder", "", "name another one");
  if (kind == fs::file_type::directory && !replace && !fs::is_empty(path_, error))
    throw UsageError(path_.string() + " is not empty", "",
                     "name another folder, or --force to replace it");
  temporary_ =
      path_.parent_path() / fmt::format(".{}.{}.tmp", path_.filename().string(), ::getpid());
  fs::create_directories(temporary_, error);
  check(error, "cannot make folder " + temporary_.string());
}

AtomicFolder::~AtomicFolder() {
  std::error_code ignored;
  if (!temporary_.empty()) fs::remove_all(temporary_, ignored);
}

void AtomicFolder::commit(Replacing replacing) {
  flush_all_in(temporary_);
  std::error_code error;
  if (!fs::exists(fs::symlink_status(path_, error))) {
    move_into_place();
  } else if (replacing == Replacing::at_once && exchange(temporary_, path_)) {
    // what stood there is what the hidden name now holds
  } else {
    move_aside_and_into_place();
  }
  const auto parent = path_.parent_path();
  flush_to_disk(parent);
  const auto old = std::exchange(temporary_, {});
  fs::remove_all(old, error);
  check(error, "cannot remove " + old.string());
}

void AtomicFolder::move_into_place() {
  std::error_code error;
  fs::rename(temporary_, path_, error);
  check(error, "cannot rename the finished folder to " + path_.string());
}

void AtomicFolder::move_aside_and_into_place() {
  std::error_code error;
  fs::path old = temporary_;
  old += ".old";
  fs::rename(path_, old, error);
  check(error, "cannot move " + path_.string() + " aside");
  try {
    move_into_place();
  } catch (const IoError&) {
    fs::rename(old, path_, error);
    throw;
  }
  temporary_ = std::move(old);
}

}  // namespace stockpot::io
