// SPDX-License-Identifier: Apache-2.0
#include "io/shared_memory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

namespace stockpot::io {
namespace {

constexpr unsigned kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;

[[noreturn]] void fail(const std::string& what, int code = errno) {
  throw IoError("shared memory: cannot " + what, errno_text(code));
}

std::uint8_t* map(int file, std::size_t size, int protection) {
  void* memory = ::mmap(nullptr, size, protection, MAP_SHARED, file, 0);
  if (memory == MAP_FAILED) fail("map it");
  return static_cast<std::uint8_t*>(memory);
}

/// The system itself sets no limit: it would end processes instead.
std::size_t bytes_of_this_host() {
  return static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES)) *
         static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

struct stat look_at(int file) {
  struct stat found{};
  if (::fstat(file, &found) != 0) fail("look at it");
  return found;
}

}  // namespace

SharedMemory SharedMemory::create() {
  SharedMemory memory;
  memory.file_ = FileDescriptor(::memfd_create("stockpot", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory.file_) fail("make any");
  return memory;
}

SharedMemory SharedMemory::open(const Address& address) {
  const auto path = fmt::format("/proc/{}/fd/{}", address.process, address.descriptor);
  SharedMemory memory;
  memory.file_ = FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!memory.file_) fail("open " + path);
  const auto found = look_at(memory.file_.get());
  const auto seals = ::fcntl(memory.file_.get(), F_GET_SEALS);
  if (found.st_dev != address.device || found.st_ino != address.inode ||
      static_cast<std::uint64_t>(found.st_size) != address.bytes || seals < 0 ||
      (static_cast<unsigned>(seals) & kSeals) != kSeals)
    throw IoError("shared memory: " + path + " is something else",
                  "the other process has other numbers here");
  if (address.bytes == 0) return memory;
  memory.data_ = map(memory.file_.get(), address.bytes, PROT_READ);
  memory.size_ = memory.mapped_ = address.bytes;
  return memory;
}

SharedMemory::SharedMemory(SharedMemory&& other) noexcept
    : file_(std::move(other.file_)),
      data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      mapped_(std::exchange(other.mapped_, 0)) {}

SharedMemory& SharedMemory::operator=(SharedMemory&& other) noexcept {
  SharedMemory taken(std::move(other));
  std::swap(file_, taken.file_);
  std::swap(data_, taken.data_);
  std::swap(size_, taken.size_);
  std::swap(mapped_, taken.mapped_);
  return *this;
}

SharedMemory::~SharedMemory() { unmap(); }

void SharedMemory::unmap() noexcept {
  if (data_ != nullptr) ::munmap(data_, mapped_);
  data_ = nullptr;
  mapped_ = 0;
}

void SharedMemory::resize(std::size_t size) {
  if (size < size_ && ::ftruncate(file_.get(), static_cast<off_t>(size)) != 0) fail("shorten it");
  if (size >
      size_) {  // pages that cannot be had are an error here, not a signal at the first write
    int code = size > bytes_of_this_host() ? ENOMEM : EINTR;
    while (code == EINTR)
      code = ::posix_fallocate(file_.get(), static_cast<off_t>(size_),
                               static_cast<off_t>(size - size_));
    if (code != 0)
      throw IoError(fmt::format("no memory for {:.1f} MiB of data that the ranks of a node share",
                                static_cast<double>(size) / 1048576.0),
                    errno_text(code), "take fewer samples, or a larger node");
  }
  if (size > mapped_) {  // what is mapped beyond the end costs nothing
    const std::size_t wanted = std::max(size, 2 * mapped_);
    if (data_ == nullptr) {
      data_ = map(file_.get(), wanted, PROT_READ | PROT_WRITE);
    } else {
      void* moved = ::mremap(data_, mapped_, wanted, MREMAP_MAYMOVE);
      if (moved == MAP_FAILED) fail("map more of it");
      data_ = static_cast<std::uint8_t*>(moved);
    }
    mapped_ = wanted;
  }
  size_ = size;
}

void SharedMemory::seal() {
  unmap();  // a map that can be written forbids the seal
  if (::fcntl(file_.get(), F_ADD_SEALS, kSeals) != 0) fail("seal it");
  if (size_ == 0) return;
  data_ = map(file_.get(), size_, PROT_READ);
  mapped_ = size_;
}

SharedMemory::Address SharedMemory::address() const {
  const auto found = look_at(file_.get());
  return {.process = ::getpid(),
          .descriptor = file_.get(),
          .device = found.st_dev,
          .inode = found.st_ino,
          .bytes = size_};
}

}  // namespace stockpot::io
