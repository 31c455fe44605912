// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

#include "io/file_descriptor.hpp"

namespace stockpot::io {

/// Memory that other processes of this host may be shown. It has no name in any file system, so it
/// is gone with the last process that holds it, however that one ends.
class SharedMemory {
 public:
  /// By what another process finds it, and knows that it found the right one.
  struct Address {
    std::int64_t process = 0, descriptor = -1;
    std::uint64_t device = 0, inode = 0;
    std::uint64_t bytes = 0;
  };

  /// None: no system call is made.
  SharedMemory() = default;
  /// An empty block of this process. throws IoError where the system has none
  static SharedMemory create();
  /// The sealed block of another process, to be read only. throws IoError where it may not be seen
  static SharedMemory open(const Address& address);

  SharedMemory(SharedMemory&& other) noexcept;
  SharedMemory& operator=(SharedMemory&& other) noexcept;
  ~SharedMemory();

  /// Whether there is a block, be it empty.
  explicit operator bool() const { return static_cast<bool>(file_); }
  std::uint8_t* data() const { return data_; }
  std::size_t size() const { return size_; }

  /// Change the size of a block that this process created: what is there stays, and may move to
  /// another address; what is new is 0 and paid for at once. throws IoError where there is not so
  /// much memory
  void resize(std::size_t size);

  /// From now on nobody can write to the block or change its size, this process neither; it moves
  /// to another address. throws IoError
  void seal();

  Address address() const;

 private:
  void unmap() noexcept;

  FileDescriptor file_;
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0, mapped_ = 0;
};

}  // namespace stockpot::io
