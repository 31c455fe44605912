// SPDX-License-Identifier: Apache-2.0
#include "io/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <cstring>

#include "core/error.hpp"

namespace stockpot::io {

FolderLock::FolderLock(const std::filesystem::path& folder) {
  const auto path = folder / ".lock";
  file_ = FileDescriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (file_.get() < 0)
    throw IoError("cannot write to " + folder.string(), std::strerror(errno),
                  "choose another --run-dir or run_root");
  if (::flock(file_.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  throw OwnedError("another process works in " + folder.string(), "its lock is held",
                   "wait for it, or choose another --run-dir");
}

}  // namespace stockpot::io
