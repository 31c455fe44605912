// SPDX-License-Identifier: Apache-2.0
#include "data/image/picture_digests.hpp"

#include "core/index.hpp"
#include "core/parallel.hpp"

namespace stockpot::data {
namespace {

/// lexically_relative, which costs as much as to look at the file, only where it must be.
std::string name_below(const std::filesystem::path& folder, const std::filesystem::path& path) {
  const std::string &whole = path.native(), &root = folder.native();
  if (whole.size() > root.size() && whole.starts_with(root) && whole[root.size()] == '/')
    return whole.substr(root.size() + 1);
  return path.lexically_relative(folder).generic_string();
}

}  // namespace

PictureDigests::PictureDigests(const PictureList& list, std::span<const std::int64_t> indices)
    : folder_(list.folder), members_(indices.size()), sha256_(indices.size()) {
  FirstFailure failure;
#pragma omp parallel for schedule(dynamic, 64)
  for (std::int64_t i = 0; i < std::ssize(indices); ++i)
    failure.guard(i, [&] {
      const auto& path = at(list.paths, at(indices, i));
      at(members_, i) = {name_below(folder_, path),
                         io::FileStamp::of(path).value_or(io::FileStamp())};
    });
  failure.rethrow();
}

void PictureDigests::look_up(const io::InputDigests& digests) {
  known_ = digests.find_group(members_);
}

std::string* PictureDigests::place(std::int64_t i) { return known_ ? nullptr : &at(sha256_, i); }

void PictureDigests::note_in(io::InputDigests& digests) {
  if (!known_) {
    io::DigestSum sum;
    known_.emplace();
    for (std::size_t i = 0; i < members_.size(); ++i) {
      sum += io::DigestSum(members_[i].name, sha256_[i]);
      known_->bytes += members_[i].stamp.size;
    }
    known_->sha256 = sum.hex();
    digests.keep_group(members_, *known_);
  }
  note_in(digests, *known_);
}

void PictureDigests::note_in(io::InputDigests& digests, const io::ContentDigest& other) const {
  digests.add_group(folder_, other);
}

}  // namespace stockpot::data
