// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "data/image/decode.hpp"

namespace stockpot::data {

/// What the files of some pictures of a list hold, taken in the pass that reads them.
class PictureDigests {
 public:
  /// Looks at the pictures `indices` of the list in parallel, without opening one.
  PictureDigests(const PictureList& list, std::span<const std::int64_t> indices);

  /// What tells these files from all others of this host.
  std::string key() const { return io::key_of(members_); }

  /// Whether they are known from an earlier run: then no file is hashed.
  void look_up(const io::InputDigests& digests);

  /// Where the SHA-256 of the i-th picture is wanted; null: nowhere.
  std::string* place(std::int64_t i);

  /// All pictures have been read, here or (`other`) by another process that read the same files:
  /// tell `digests` what they hold, and remember what is new.
  void note_in(io::InputDigests& digests);
  void note_in(io::InputDigests& digests, const io::ContentDigest& other) const;

  /// What they hold; once it is known or noted.
  const io::ContentDigest& content() const { return known_.value(); }

 private:
  std::filesystem::path folder_;
  std::vector<io::GroupMember> members_;
  std::optional<io::ContentDigest> known_;
  std::vector<std::string> sha256_;  ///< of each picture, where the sum is not known
};

}  // namespace stockpot::data
