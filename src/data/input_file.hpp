// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "io/input_digests.hpp"
#include "io/shared_memory.hpp"

namespace stockpot::data {

/// A block of memory whose pages cost nothing before they are written, so that a size told by a
/// damaged file is never paid for.
class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(std::size_t size) { resize(size); }
  /// Memory that other processes may be shown: an empty block of this one to be filled, or a sealed
  /// one of another, whose bytes must not be written.
  explicit Bytes(io::SharedMemory memory)
      : shared_(std::move(memory)), base_(shared_.data()), size_(shared_.size()) {}

  Bytes(Bytes&& other) noexcept { *this = std::move(other); }
  Bytes& operator=(Bytes&& other) noexcept;

  std::uint8_t* data() { return base_ + begin_; }
  const std::uint8_t* data() const { return base_ + begin_; }
  std::size_t size() const { return size_; }
  std::span<std::uint8_t> span() { return {data(), size_}; }
  std::span<const std::uint8_t> span() const { return {data(), size_}; }

  /// Change the size. What is there stays, without a copy where the block is large: the system
  /// moves its pages. A block that has grown has room to grow again (untouched, so not resident).
  /// IoError that says how much was asked for, where there is not so much memory.
  void resize(std::size_t size);

  /// Forget the first `count` bytes without moving the others.
  void drop_front(std::size_t count);

  /// Forget all but the first `count` bytes.
  void keep_front(std::size_t count);

  /// Seal memory that other processes may be shown: nobody writes to it any more. Returns by what
  /// they find it. throws IoError
  io::SharedMemory::Address seal();

 private:
  struct Free {
    void operator()(std::uint8_t* memory) const { std::free(memory); }
  };
  /// Change the size of `memory_`; whether that was possible.
  bool reallocate(std::size_t capacity);

  std::unique_ptr<std::uint8_t, Free> memory_;
  std::size_t capacity_ = 0;      ///< of memory_
  io::SharedMemory shared_;       ///< instead of memory_
  std::uint8_t* base_ = nullptr;  ///< of the one that is there
  std::size_t begin_ = 0;
  std::size_t size_ = 0;
};

/// A regular file open for reading. Never blocks: a fifo, folder or device is a DataError, as is a
/// file that is not there.
class InputFile {
 public:
  /// digests  collects what the file holds, once `done` is called; null: nobody wants to know
  explicit InputFile(const std::filesystem::path& path, io::InputDigests* digests = nullptr);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::uint64_t size() const { return size_; }

  /// Fill `into` with the bytes from `offset` on; DataError if the file ends before (it changed
  /// while being read).
  void read(std::uint64_t offset, std::span<std::uint8_t> into) const;

  /// All that is wanted of the file has been read: its digest is collected.
  void done() const;

  io::FileStamp stamp() const { return io::FileStamp::of(descriptor_); }

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  io::InputDigests* digests_ = nullptr;
  mutable std::optional<io::PassingHash> hash_;  ///< where the digest is wanted and not known
};

inline constexpr std::uint64_t kLargestInput = std::uint64_t{4} << 30;

/// Read a whole file of at most `largest` bytes.
Bytes read_file(const std::filesystem::path& path, std::uint64_t largest = kLargestInput,
                io::InputDigests* digests = nullptr);

/// Bytes that a gzip file of one member holds, as its trailer tells; DataError where it is more
/// than `largest` or than so small a file can hold.
std::uint64_t inflated_size(const InputFile& file, std::uint64_t largest = std::uint64_t{4} << 30);

/// Read a whole file, inflated if its name ends in .gz (one gzip member, whose trailer must tell
/// the size that really comes out).
Bytes read_file_or_gzip(const std::filesystem::path& path, std::uint64_t largest = kLargestInput,
                        io::InputDigests* digests = nullptr);

/// Write the SHA-256 of `bytes` where it is wanted; null: nowhere.
void note_digest(const Bytes& bytes, std::string* sha256);

/// `name` is a plain name: letters, digits, `.`, `_`, `-`, not first a dot or dash, at most 128
/// bytes. Names that come from files must pass before they are joined to a folder.
bool is_plain_name(std::string_view name);

/// Where the official files of a data set lie, and what to tell who has none.
struct SourceFolder {
  std::filesystem::path path;
  std::string origin;                   ///< where the set comes from, for the error text
  io::InputDigests* digests = nullptr;  ///< collects what the files hold; null: nobody

  /// Path of the first of `names` that exists in the folder; DataError naming the first one if none
  /// does.
  std::filesystem::path find(std::initializer_list<std::string> names) const;
};

}  // namespace stockpot::data
