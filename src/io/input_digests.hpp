// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/content_hash.hpp"
#include "io/digest_cache.hpp"
#include "io/file_stamp.hpp"

namespace stockpot::io {

/// Files hashed together: the sum modulo 2^256 of a SHA-256 for each, of its name and digest. The
/// order does not matter, so groups can be put together: their sums add up.
class DigestSum {
 public:
  DigestSum() = default;
  /// One member. name  by which the group knows the file; sha256  of its content
  DigestSum(const std::string& name, const std::string& sha256);
  /// throws DataError unless `hex` is 64 hexadecimal digits
  static DigestSum from_hex(const std::string& hex);

  DigestSum& operator+=(const DigestSum& other);
  std::string hex() const { return to_hex(bytes_); }

 private:
  std::array<std::byte, 32> bytes_{};  ///< most significant first
};

/// What was read of one input file, or of files of one folder.
struct InputDigest {
  std::filesystem::path path;  ///< the file, or the folder
  bool is_folder = false;      ///< then sha256 is a DigestSum, and md5 empty
  ContentDigest content;
};

/// The hash of one file's content, taken from the reads that pass by. What nobody reads it reads
/// itself, so every byte is read once where reads go forward.
class PassingHash {
 public:
  /// descriptor, size  of the file, which stays open
  PassingHash(int descriptor, std::uint64_t size, bool with_md5);

  /// The bytes from `offset` on have been read.
  void saw(std::uint64_t offset, std::span<const std::byte> bytes);

  /// The digest of the whole file. throws IoError; DataError where it became shorter
  ContentDigest finish();

 private:
  void update(std::span<const std::byte> bytes);
  void read_up_to(std::uint64_t end);

  int descriptor_;
  std::uint64_t size_, done_ = 0;
  ContentHash sha256_;
  std::optional<ContentHash> md5_;
};

/// One of the files that are hashed together.
struct GroupMember {
  std::string name;  ///< by which the group knows it
  FileStamp stamp;
};

/// What tells these files from all others of this host, without reading them.
std::string key_of(std::span<const GroupMember> members);

/// Collects what the input files of a run hold, in the pass that reads them. A file above 1 MiB is
/// hashed once and then known by host, device, inode, size and times (DigestCache). One thread at
/// a time.
class InputDigests {
 public:
  /// with_md5  for comparison with the sums that the owners of data sets publish
  explicit InputDigests(DigestCache cache, bool with_md5 = false)
      : cache_(std::move(cache)), with_md5_(with_md5) {}

  /// A file is about to be read: its hash, if it is not known yet. `end` takes it back.
  std::optional<PassingHash> begin(const std::filesystem::path& path, int descriptor);
  void end(const std::filesystem::path& path, int descriptor, PassingHash& hash);

  /// A file has been read whole, and unpacked where it was packed, to `content`.
  void add(const std::filesystem::path& path, const FileStamp& stamp,
           std::span<const std::byte> content);

  /// Read a file only to know what it holds, as it lies there. throws DataError, IoError
  void add_file(const std::filesystem::path& path);

  /// Digest of the files of a group, if it is known.
  std::optional<ContentDigest> find_group(std::span<const GroupMember> members) const;
  /// Remember the digest of a group whose files have been read.
  void keep_group(std::span<const GroupMember> members, const ContentDigest& digest) const;
  /// Files of `folder` have been read; groups of one folder add up.
  void add_group(const std::filesystem::path& folder, const ContentDigest& digest);

  /// In the order in which they were read; a file that was read twice stands once.
  const std::vector<InputDigest>& all() const { return all_; }

 private:
  void note(InputDigest digest);

  DigestCache cache_;
  bool with_md5_;
  std::vector<InputDigest> all_;
};

}  // namespace stockpot::io
