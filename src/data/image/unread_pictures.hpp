// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <vector>

#include "data/image/picture_digests.hpp"

namespace stockpot::data {

/// Where the decoded pictures of a split lie in the memory of a process, for others of its host:
/// plain bytes, to be sent to them. Without pictures, `memory.bytes` is 0.
struct SharedPictures {
  io::SharedMemory::Address memory;  ///< pixels, then the places [N]
  std::uint64_t pixels = 0;          ///< bytes of them
  std::uint64_t file_bytes = 0;      ///< what the files hold: their digest
  char sha256[64] = {};
};

/// Pictures of a split that are listed and looked at, but not read: their data set has labels and
/// no pixels yet. Either this process reads them, or it maps those of another process that read the
/// very same files.
class UnreadPictures {
 public:
  /// list     of all pictures
  /// indices  of those that are wanted
  /// dataset  without pictures, of the labels of the list
  UnreadPictures(PictureList list, std::vector<std::int64_t> indices, const KeptSize& size,
                 std::shared_ptr<ImageDataset> dataset);

  /// Equal on two processes of a host only where both would decode the same files alike.
  std::string key() const;

  /// Decode them into the data set, and collect what the files hold. throws as decode()
  void read(io::InputDigests& digests);

  /// The same, into memory that others may be shown. Where the system has none, it is read() and
  /// nothing to show.
  SharedPictures read_to_share(io::InputDigests& digests);

  /// What another process of the same key has read, seen by this one.
  struct Seen {
    Bytes pixels;
    std::vector<ImagePlace> places;
  };
  /// throws IoError where its memory may not be seen
  Seen see(const SharedPictures& shared) const;

  /// Give that to the data set, and tell `digests` what the files hold.
  void take(Seen seen, const SharedPictures& shared, io::InputDigests& digests);

 private:
  ImageSet decode_into(Bytes pixels, io::InputDigests& digests);

  PictureList list_;
  std::vector<std::int64_t> indices_;
  KeptSize size_;
  std::shared_ptr<ImageDataset> dataset_;
  PictureDigests digests_;
};

}  // namespace stockpot::data
