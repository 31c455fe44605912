// SPDX-License-Identifier: Apache-2.0
// On 1 to 4 ranks of one node.
#include "jobs/shared_pictures.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <fstream>
#include <numeric>

#include "core/error.hpp"
#include "data/image/clip_transform.hpp"
#include "io/files.hpp"
#include "jobs/data_sets.hpp"
#include "support/temp_dir.hpp"
#include "support/world.hpp"

using namespace stockpot;
using test::world;

namespace {

constexpr std::int64_t kPictures = 40, kSide = 512;
constexpr data::KeptSize kAsTheyAre{.side = kSide, .square = false, .only_shrink = true};

/// Pictures in a folder of rank 0, and what this rank makes of them.
struct Pictures {
  Pictures() : path(world().broadcast(folder.path().string())) {
    if (world().is_root())
      for (std::int64_t i = 0; i < kPictures; ++i)
        test::write_text(path / fmt::format("{}.ppm", i),
                         test::small_ppm(5, 6, static_cast<int>(i)));
    world().barrier();
  }
  ~Pictures() { world().barrier(); }  // rank 0's folder is the last to go

  data::PictureList list(const std::filesystem::path& where) {
    data::PictureList list{.folder = where, .paths = {}, .labels = {}, .read = {}};
    for (std::int64_t i = 0; i < kPictures; ++i) {
      list.paths.push_back(where / fmt::format("{}.ppm", i));
      list.labels.push_back(static_cast<std::int32_t>(i % 3));
    }
    list.read = [this](const std::filesystem::path& file, std::string* sha256) {
      ++decoded;
      return data::read_ppm(file, sha256);
    };
    return list;
  }

  /// A data set of `list` without pictures, which are told to `unread`.
  std::shared_ptr<data::ImageDataset> without_pictures(const data::PictureList& list,
                                                       std::vector<std::int64_t> indices) {
    auto dataset = std::make_shared<data::ImageDataset>(data::decode(list, {}, kAsTheyAre),
                                                        std::make_shared<data::ClipTransform>(8),
                                                        std::vector<std::string>{"a", "b", "c"});
    unread.emplace_back(list, std::move(indices), kAsTheyAre, dataset);
    return dataset;
  }

  std::int64_t decoded_by_all() const {
    std::int64_t sum = decoded;
    world().sum(std::span(&sum, 1));
    return sum;
  }

  test::TempDir folder;
  std::filesystem::path path;
  std::atomic<std::int64_t> decoded = 0;
  std::vector<data::UnreadPictures> unread;
  io::InputDigests digests{io::DigestCache({})};
};

std::vector<float> pixels_of(const data::Dataset& dataset, const std::vector<std::int64_t>& which) {
  data::Batch batch;
  dataset.fill(which, {}, batch);
  return batch.pixels;
}

/// Bytes of memory of this process alone, that no file and no other process holds.
std::int64_t anonymous_bytes() {
  std::ifstream file("/proc/self/smaps_rollup");
  for (std::string word; file >> word;)
    if (std::int64_t kib = 0; word == "Anonymous:" && file >> kib) return kib * 1024;
  ADD_FAILURE() << "smaps_rollup does not tell";
  return 0;
}

}  // namespace

TEST(SharedPictures, AreDecodedByOneRankForAllOfItsNode) {
  Pictures pictures;
  const auto list = pictures.list(pictures.path);
  const std::vector<std::int64_t> train{0, 3, 7, 39}, test{1, 2};
  const auto a = pictures.without_pictures(list, train), b = pictures.without_pictures(list, test);
  jobs::read_pictures(std::move(pictures.unread), pictures.digests, world());
  EXPECT_EQ(pictures.decoded_by_all(), 6);
  EXPECT_EQ(pictures.decoded, world().is_root() ? 6 : 0);

  const data::ImageDataset own(data::decode(list, list.all(), kAsTheyAre),
                               std::make_shared<data::ClipTransform>(8), {"a", "b", "c"});
  EXPECT_EQ(pixels_of(*a, train), pixels_of(own, train));
  EXPECT_EQ(pixels_of(*b, test), pixels_of(own, test));
  EXPECT_EQ(a->label(39), 0);
  EXPECT_THROW(pixels_of(*a, {1}), LogicError);  // was not wanted

  ASSERT_EQ(pictures.digests.all().size(), 1U);
  const auto& read = pictures.digests.all()[0];
  EXPECT_EQ(read.content.bytes, 6 * test::small_ppm(5, 6, 0).size());
  EXPECT_EQ(world().broadcast(read.content.sha256), read.content.sha256);
  EXPECT_EQ(read.content.sha256.size(), 64U);
}

TEST(SharedPictures, OfOtherFilesAreDecodedByWhoSeesThem) {
  Pictures pictures;
  const bool other = world().rank() == world().size() - 1 && world().size() > 1;
  const auto copy = pictures.folder / "copy";  // of this rank alone
  if (other) {
    std::filesystem::copy(pictures.path, copy);
    test::write_text(copy / "2.ppm", test::small_ppm(5, 6, 200));
  }
  const auto dataset =
      pictures.without_pictures(pictures.list(other ? copy : pictures.path), {1, 2});
  jobs::read_pictures(std::move(pictures.unread), pictures.digests, world());
  EXPECT_EQ(pictures.decoded, world().is_root() || other ? 2 : 0);
  const auto seen = pixels_of(*dataset, {1, 2});
  EXPECT_EQ(seen.front() == seen.back(), false);
  const auto digest = pictures.digests.all().at(0).content.sha256;
  EXPECT_EQ(digest == world().broadcast(digest), !other);
}

TEST(SharedPictures, TakeNoMemoryOfTheirOwnOnTheOtherRanks) {
  Pictures pictures;
  auto list = pictures.list(pictures.path);
  list.read = [](const std::filesystem::path&, std::string* sha256) {
    if (sha256 != nullptr) *sha256 = std::string(64, '0');
    data::Picture picture{3, kSide, kSide, data::Bytes(3 * kSide * kSide)};
    std::ranges::fill(picture.pixels.span(), std::uint8_t{9});
    return picture;
  };
  const auto dataset = pictures.without_pictures(list, list.all());
  const auto before = anonymous_bytes();
  jobs::read_pictures(std::move(pictures.unread), pictures.digests, world());
  for (std::int64_t i = 0; i < kPictures; ++i) pixels_of(*dataset, {i});
  EXPECT_GT(dataset->bytes(), kPictures * 3 * kSide * kSide);
  if (!world().is_root()) {
    EXPECT_LT(anonymous_bytes() - before, dataset->bytes() / 8);
  }
}

TEST(SharedPictures, AreDecodedByARankThatMayNotSeeThem) {
  Pictures pictures;
  const auto dataset = pictures.without_pictures(pictures.list(pictures.path), {4, 5});
  auto list = pictures.list(pictures.path);
  const bool blind = world().rank() == 1;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  if (blind) {  // no other process's memory can be opened; pictures need no file here
    pictures.unread.clear();
    list.read = [&](const std::filesystem::path&, std::string* sha256) {
      ++pictures.decoded;
      if (sha256 != nullptr) *sha256 = std::string(64, '0');
      return data::Picture{3, 1, 1, data::Bytes(3)};
    };
    pictures.without_pictures(list, {4, 5});
    const rlimit none{0, before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  jobs::read_pictures(std::move(pictures.unread), pictures.digests, world());
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(pictures.decoded, world().is_root() || blind ? 2 : 0);
  EXPECT_EQ(pictures.digests.all().size(), 1U);
}

TEST(SharedPictures, ThatCannotBeReadEndAllRanksByOneMessage) {
  Pictures pictures;
  if (world().is_root()) test::write_text(pictures.path / "7.ppm", "P6\n5 6\n255\nshort");
  world().barrier();
  pictures.without_pictures(pictures.list(pictures.path), {6, 7, 8});
  try {
    jobs::read_pictures(std::move(pictures.unread), pictures.digests, world());
    ADD_FAILURE() << "a damaged picture was read";
  } catch (const AgreedError& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::bad_input);
    EXPECT_NE(std::string(error.what()).find("7.ppm: "), std::string::npos) << error.what();
  }
}

TEST(SharedPictures, OfNoSetNeedNoRank) {
  io::InputDigests digests{io::DigestCache({})};
  EXPECT_NO_THROW(jobs::read_pictures({}, digests, world()));
  EXPECT_TRUE(digests.all().empty());
}
