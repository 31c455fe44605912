// SPDX-License-Identifier: Apache-2.0
// Blocks of pictures: decoded in parallel, given places behind those before them, resized in
// parallel into these. So only a block is ever held at its own size, and what is kept is written
// once.
#include "data/image/decode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <set>

#include "core/error.hpp"
#include "core/index.hpp"
#include "core/parallel.hpp"
#include "data/image/clip_transform.hpp"
#include "data/image/picture_digests.hpp"

namespace stockpot::data {
namespace {

constexpr std::size_t kPicturesAtOnce = 256;

/// Do `work(i, resizer)` for all i below `count` in parallel; throws what the lowest i that failed
/// has thrown.
void for_all(std::int64_t count,
             const std::function<void(std::int64_t, kernels::BicubicResizer&)>& work) {
  FirstFailure failure;
#pragma omp parallel
  {
    kernels::BicubicResizer resizer;
#pragma omp for schedule(dynamic, 4)
    for (std::int64_t i = 0; i < count; ++i) failure.guard(i, [&] { work(i, resizer); });
  }
  failure.rethrow();
}

/// Height and width at which `picture` is kept.
Box kept_as(const Picture& picture, const KeptSize& size) {
  const bool small = std::min(picture.height, picture.width) <= size.side;
  if (size.only_shrink && small) return {0, 0, picture.height, picture.width};
  return size.square ? Box{0, 0, size.side, size.side}
                     : shorter_side_to(size.side, picture.height, picture.width);
}

/// Write `picture` at the size of `place` to `out`.
void resize(const Picture& picture, const ImagePlace& place, kernels::BicubicResizer& resizer,
            std::uint8_t* out) {
  if (place.height == picture.height && place.width == picture.width) {
    std::memcpy(out, picture.pixels.data(), picture.pixels.size());
    return;
  }
  const auto plane = static_cast<std::size_t>(place.height) * static_cast<std::size_t>(place.width);
  for (std::int64_t c = 0; c < picture.channels; ++c, out += plane)
    resizer(picture.view().plane(c), place.height, place.width, {out, plane});
}

/// Make places for `pictures`, which are `indices` of the list; returns the bytes that all pictures
/// take.
std::size_t make_places(std::span<const Picture> pictures, std::span<const std::int64_t> indices,
                        const KeptSize& size, std::size_t end, ImageSet& set) {
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const Picture& picture = pictures[i];
    const Box box = kept_as(picture, size);
    set.places[static_cast<std::size_t>(indices[i])] = {end, static_cast<std::int32_t>(box.height),
                                                        static_cast<std::int32_t>(box.width)};
    end += static_cast<std::size_t>(picture.channels * box.height * box.width);
  }
  return end;
}

/// Pictures that cannot be read, and why, by their position.
class Unreadable {
 public:
  /// Do the work of picture `index`, and keep the file error that it throws.
  template <typename Work>
  void guard(std::int64_t index, Work&& work) {
    try {
      std::forward<Work>(work)();
    } catch (const DataError& error) {
      keep(index, error);
    } catch (const IoError& error) {
      keep(index, error);
    }
  }

  bool empty() const { return why_.empty(); }

  /// Throw what is wrong with the single one, or a list of the first 20.
  void throw_if_any(std::int64_t tried) const {
    constexpr std::size_t kMostNamed = 20;
    if (why_.empty()) return;
    if (why_.size() == 1) std::rethrow_exception(why_.begin()->second.error);
    std::vector<std::string> named;
    for (const auto& [index, reason] : why_)
      if (named.size() < kMostNamed) named.push_back(reason.text);
    throw DataError({fmt::format("{} of {} pictures cannot be read{}", why_.size(), tried,
                                 why_.size() > kMostNamed ? "; the first 20 are" : ""),
                     named});
  }

 private:
  struct Reason {
    std::string text;
    std::exception_ptr error;
  };

  void keep(std::int64_t index, const Error& error) {
    const std::lock_guard lock(mutex_);
    why_[index] = {error.what(), std::current_exception()};
  }

  std::mutex mutex_;
  std::map<std::int64_t, Reason> why_;
};

/// Names of what lies in `folder`; none where it cannot be listed.
std::set<std::string> names_in(const std::filesystem::path& folder) {
  std::set<std::string> names;
  std::error_code failed;
  for (std::filesystem::directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed))
    names.insert(entry->path().filename().string());
  return names;
}

}  // namespace

Picture from_interleaved(std::span<const std::uint8_t> bytes, std::int64_t channels,
                         std::int64_t height, std::int64_t width) {
  expect(static_cast<std::int64_t>(bytes.size()) == channels * height * width,
         "as many bytes as the picture has are needed");
  Picture picture{channels, height, width, Bytes(bytes.size())};
  const std::size_t plane = static_cast<std::size_t>(height * width),
                    step = static_cast<std::size_t>(channels);
  for (std::size_t c = 0; c < step; ++c)
    for (std::size_t p = 0; p < plane; ++p)
      picture.pixels.data()[c * plane + p] = bytes[p * step + c];
  return picture;
}

Bytes read_picture_file(const std::filesystem::path& path, std::uint64_t largest,
                        std::string* sha256) {
  Bytes bytes = read_file(path, largest);
  note_digest(bytes, sha256);
  if (bytes.size() == 0) throw DataError(path.string() + ": is empty", "", "fetch it again");
  return bytes;
}

std::vector<std::int64_t> PictureList::all() const {
  std::vector<std::int64_t> indices(paths.size());
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

ImageSet decode(const PictureList& list, std::span<const std::int64_t> indices,
                const KeptSize& size, io::InputDigests* digests) {
  if (digests == nullptr || indices.empty()) return decode(list, indices, size, nullptr, {});
  PictureDigests collected(list, indices);
  collected.look_up(*digests);
  auto set = decode(list, indices, size, &collected, {});
  collected.note_in(*digests);
  return set;
}

ImageSet decode(const PictureList& list, std::span<const std::int64_t> indices,
                const KeptSize& size, PictureDigests* digests, Bytes pixels) {
  ImageSet set{.channels = 3, .pixels = std::move(pixels), .places = {}, .labels = list.labels};
  set.places.resize(list.paths.size());
  std::vector<Picture> pictures;
  Unreadable unreadable;
  std::size_t end = 0;
  for (std::size_t begin = 0; begin < indices.size(); begin += kPicturesAtOnce) {
    const auto block =
        indices.subspan(begin, std::min<std::size_t>(kPicturesAtOnce, indices.size() - begin));
    pictures.resize(block.size());
    const auto number = static_cast<std::int64_t>(block.size());
    for_all(number, [&](std::int64_t i, auto&) {
      const auto index = block[static_cast<std::size_t>(i)];
      unreadable.guard(index, [&] {
        pictures[static_cast<std::size_t>(i)] = list.read(
            list.paths[static_cast<std::size_t>(index)],
            digests == nullptr ? nullptr : digests->place(static_cast<std::int64_t>(begin) + i));
      });
    });
    if (!unreadable.empty()) continue;  // only their number is still of interest
    end = make_places(pictures, block, size, end, set);
    set.pixels.resize(end);
    for_all(number, [&](std::int64_t i, auto& resizer) {
      const ImagePlace& place =
          set.places[static_cast<std::size_t>(block[static_cast<std::size_t>(i)])];
      resize(pictures[static_cast<std::size_t>(i)], place, resizer,
             set.pixels.data() + place.offset);
    });
  }
  unreadable.throw_if_any(static_cast<std::int64_t>(indices.size()));
  return set;
}

void find_absent(const PictureList& list, std::span<const std::int64_t> indices) {
  std::map<std::filesystem::path, std::set<std::string>> folders;
  Unreadable unreadable;
  for (const std::int64_t index : indices) {
    const auto& path = list.paths[static_cast<std::size_t>(index)];
    auto [folder, is_new] = folders.try_emplace(path.parent_path());
    if (is_new) folder->second = names_in(folder->first);
    if (!folder->second.contains(path.filename().string()))
      unreadable.guard(index, [&] { InputFile{path}; });  // which says why
  }
  unreadable.throw_if_any(static_cast<std::int64_t>(indices.size()));
}

}  // namespace stockpot::data
