// SPDX-License-Identifier: Apache-2.0
#include "io/atomic_folder.hpp"

#include <unistd.h>

#include <sstream>
#include <string>
#include <system_error>

#include "core/error.hpp"

namespace stockpot::io {
namespace {

namespace fs = std::filesystem;

void check(const std::error_code& error, const std::string& what) {
  if (error) throw IoError(what, error.message());
}

}  // namespace

AtomicFolder::AtomicFolder(fs::path path, bool replace)
    : path_(fs::absolute(path).lexically_normal()) {
  if (!path_.has_filename()) path_ = path_.parent_path();  // a/b/ is a/b
  std::error_code error;
  const auto kind = fs::status(path_, error).type();
  if (kind != fs::file_type::not_found && kind != fs::file_type::directory)
    throw UsageError(path_.string() + " is not a folder", "", "name another one");
  if (kind == fs::file_type::directory && !replace && !fs::is_empty(path_, error))
    throw UsageError(path_.string() + " is not empty", "",
                     "name another folder, or --force to replace it");
  std::string hidden(1, '.');
  hidden.append(path_.filename().string())
      .append(".")
      .append(std::to_string(::getpid()))
      .append(".tmp");
  temporary_ = path_.parent_path() / hidden;
  fs::create_directories(temporary_, error);
  check(error, "cannot make folder " + temporary_.string());
}

AtomicFolder::~AtomicFolder() {
  std::error_code ignored;
  if (!temporary_.empty()) fs::remove_all(temporary_, ignored);
}

void AtomicFolder::commit() {
  std::error_code error;
  const auto old = temporary_.string() + ".old";
  const bool existed = fs::exists(path_);
  if (existed) fs::rename(path_, old, error);
  check(error, "cannot move " + path_.string() + " aside");
  fs::rename(temporary_, path_, error);
  if (error && existed) {
    std::error_code ignored;
    fs::rename(old, path_, ignored);
  }
  check(error, "cannot rename the finished folder to " + path_.string());
  temporary_.clear();
  if (existed) fs::remove_all(old, error);
  check(error, "cannot remove " + old);
}

}  // namespace stockpot::io
