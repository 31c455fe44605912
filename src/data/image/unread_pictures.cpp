// SPDX-License-Identifier: Apache-2.0
#include "data/image/unread_pictures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "core/error.hpp"

namespace stockpot::data {
namespace {

/// Where the places stand behind so many bytes of pixels.
std::size_t begin_of_places(std::size_t pixels) {
  return (pixels + alignof(ImagePlace) - 1) / alignof(ImagePlace) * alignof(ImagePlace);
}

std::optional<Bytes> memory_to_share() {
  try {
    return Bytes(io::SharedMemory::create());
  } catch (const IoError&) {
    return std::nullopt;  // a system that forbids it
  }
}

}  // namespace

UnreadPictures::UnreadPictures(PictureList list, std::vector<std::int64_t> indices,
                               const KeptSize& size, std::shared_ptr<ImageDataset> dataset)
    : list_(std::move(list)),
      indices_(std::move(indices)),
      size_(size),
      dataset_(std::move(dataset)),
      digests_(list_, indices_) {}

std::string UnreadPictures::key() const {
  return fmt::format("{} of {} {} {} {}", digests_.key(), list_.size(), size_.side, size_.square,
                     size_.only_shrink);
}

ImageSet UnreadPictures::decode_into(Bytes pixels, io::InputDigests& digests) {
  digests_.look_up(digests);
  auto set = decode(list_, indices_, size_, &digests_, std::move(pixels));
  digests_.note_in(digests);
  return set;
}

void UnreadPictures::read(io::InputDigests& digests) {
  auto set = decode_into({}, digests);
  dataset_->take_pictures(std::move(set.pixels), std::move(set.places));
}

SharedPictures UnreadPictures::read_to_share(io::InputDigests& digests) {
  auto memory = memory_to_share();
  if (!memory) {
    read(digests);
    return {};
  }
  auto [channels, pixels, places, labels] = decode_into(std::move(*memory), digests);
  SharedPictures shared{
      .memory = {}, .pixels = pixels.size(), .file_bytes = digests_.content().bytes, .sha256 = {}};
  std::ranges::copy(digests_.content().sha256, shared.sha256);
  const auto begin = begin_of_places(shared.pixels), bytes = places.size() * sizeof(ImagePlace);
  pixels.resize(begin + bytes);
  std::memcpy(pixels.data() + begin, places.data(), bytes);
  shared.memory = pixels.seal();
  pixels.keep_front(shared.pixels);
  dataset_->take_pictures(std::move(pixels), std::move(places));
  return shared;
}

UnreadPictures::Seen UnreadPictures::see(const SharedPictures& shared) const {
  if (shared.memory.bytes == 0) throw IoError("no shared memory", "the system has none");
  Seen seen{.pixels = Bytes(io::SharedMemory::open(shared.memory)),
            .places = std::vector<ImagePlace>(list_.paths.size())};
  const auto begin = begin_of_places(shared.pixels),
             bytes = seen.places.size() * sizeof(ImagePlace);
  expect(begin + bytes == seen.pixels.size(), "shared pictures of another list", begin + bytes);
  std::memcpy(seen.places.data(), std::as_const(seen.pixels).data() + begin, bytes);
  seen.pixels.keep_front(shared.pixels);
  return seen;
}

void UnreadPictures::take(Seen seen, const SharedPictures& shared, io::InputDigests& digests) {
  dataset_->take_pictures(std::move(seen.pixels), std::move(seen.places));
  digests_.note_in(digests, {.bytes = shared.file_bytes,
                             .sha256 = {std::begin(shared.sha256), std::end(shared.sha256)},
                             .md5 = ""});
}

}  // namespace stockpot::data
