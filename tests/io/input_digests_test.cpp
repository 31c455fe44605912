// SPDX-License-Identifier: Apache-2.0
#include "io/input_digests.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <utime.h>

#include "io/files.hpp"
#include "io/input_file.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using namespace stockpot::io;

namespace {

constexpr std::size_t kLarge = 3 << 20;  // above what is always hashed anew

std::string sha256(const std::string& text) {
  return hash_of(HashAlgorithm::sha256, std::as_bytes(std::span(text)));
}

/// Text of `size` bytes that differ from their neighbours.
std::string filled(std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 + i / 251);
  return text;
}

/// A file last changed so long ago that its stamp is trusted: its inode waits for the clock.
void write_settled(const std::filesystem::path& path, const std::string& text) {
  test::write_text(path, text);
  for (int i = 0; i < 100 && !FileStamp::of(path)->is_settled(); ++i) ::usleep(50'000);
}

std::span<const std::byte> part(const std::string& text, std::size_t begin, std::size_t size) {
  return std::as_bytes(std::span(text)).subspan(begin, size);
}

ContentDigest digest_of(const std::filesystem::path& path, DigestCache cache) {
  InputDigests digests(std::move(cache));
  digests.add_file(path);
  return digests.all().at(0).content;
}

}  // namespace

TEST(ContentHash, GivesTheSha256OfFips180) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(PassingHash, IsThatOfTheFileWhateverWasReadOfIt) {
  const test::TempDir folder;
  const auto text = filled(100'000);
  test::write_text(folder / "file", text);
  const InputFile file(folder / "file");
  using Reads = std::vector<std::pair<std::size_t, std::size_t>>;
  for (const Reads& reads :
       {Reads{}, Reads{{0, 100'000}}, Reads{{0, 10}, {10, 20}, {500, 70'000}}, Reads{{5, 6}},
        Reads{{99'999, 1}, {0, 50}, {20, 100}}, Reads{{0, 0}, {100'000, 0}}}) {
    PassingHash hash(file.descriptor(), file.size(), true);
    for (const auto& [begin, size] : reads) hash.saw(begin, part(text, begin, size));
    const auto digest = hash.finish();
    EXPECT_EQ(digest.bytes, text.size());
    EXPECT_EQ(digest.sha256, sha256(text));
    EXPECT_EQ(digest.md5, hash_of(HashAlgorithm::md5, std::as_bytes(std::span(text))));
  }
}

TEST(InputDigests, RememberALargeFileUntilItChanges) {
  const test::TempDir folder;
  const auto text = filled(kLarge);
  write_settled(folder / "file", text);
  const DigestCache cache(folder / "cache");
  EXPECT_EQ(digest_of(folder / "file", cache).sha256, sha256(text));
  ASSERT_FALSE(std::filesystem::is_empty(folder / "cache"));
  InputDigests digests{cache};
  const InputFile file(folder / "file");
  EXPECT_FALSE(digests.begin(folder / "file", file.descriptor()).has_value()) << "hashed again";
  EXPECT_EQ(digests.all().at(0).content.sha256, sha256(text));

  auto other = text;  // of the same size and, as far as a program can set it, the same time
  other[1000] ^= 1;
  const auto time = std::filesystem::last_write_time(folder / "file");
  test::write_text(folder / "file", other);
  std::filesystem::last_write_time(folder / "file", time);
  EXPECT_EQ(digest_of(folder / "file", cache).sha256, sha256(other));
}

TEST(InputDigests, AreNotRememberedOfAFileThatHasJustChanged) {
  const test::TempDir folder;
  test::write_text(folder / "file", filled(kLarge));
  digest_of(folder / "file", DigestCache(folder / "cache"));
  EXPECT_FALSE(std::filesystem::exists(folder / "cache"));
}

TEST(InputDigests, ReadAgainWhatAWrongCacheRemembersOnlyWhenAsked) {
  const test::TempDir folder;
  const auto text = filled(kLarge);
  write_settled(folder / "file", text);
  digest_of(folder / "file", DigestCache(folder / "cache"));
  const auto entry = std::filesystem::directory_iterator(folder / "cache")->path();
  auto damaged = test::read_text(entry);
  damaged[damaged.size() / 2] ^= 1;
  test::write_text(entry, damaged);  // its CRC shows it: no entry
  EXPECT_EQ(digest_of(folder / "file", DigestCache(folder / "cache")).sha256, sha256(text));

  const auto stamp = FileStamp::of(folder / "file");
  for (const auto& of :
       std::filesystem::directory_iterator(folder / "cache")) {  // a whole, wrong one
    const auto lines = test::read_text(of.path());
    const auto key_begin = lines.find('\n') + 1;
    const auto key = lines.substr(key_begin, lines.find('\n', key_begin) - key_begin);
    EXPECT_NE(key.find(stamp->text()), std::string::npos);
    DigestCache(folder / "cache").keep(key, {text.size(), std::string(64, '0'), ""});
  }
  EXPECT_EQ(digest_of(folder / "file", DigestCache(folder / "cache")).sha256, std::string(64, '0'));
  EXPECT_EQ(
      digest_of(folder / "file", DigestCache(folder / "cache", DigestCache::Trust::read_again))
          .sha256,
      sha256(text));
  EXPECT_EQ(digest_of(folder / "file", DigestCache(folder / "cache")).sha256, sha256(text))
      << "what was read again is remembered";
}

TEST(InputDigests, DoWithoutACacheThatCannotBeWritten) {
  const test::TempDir folder;
  const auto text = filled(kLarge);
  write_settled(folder / "file", text);
  test::write_text(folder / "no-folder", "");
  for (const auto& cache : {std::filesystem::path(), folder / "no-folder" / "cache"})
    EXPECT_EQ(digest_of(folder / "file", DigestCache(cache)).sha256, sha256(text));
}

TEST(DigestSum, DoesNotDependOnOrderAndAddsUpOverGroups) {
  const DigestSum a("a", sha256("1")), b("b", sha256("2")), c("c", sha256("3"));
  auto one = a, other = c;
  (one += b) += c;
  (other += a) += b;
  EXPECT_EQ(one.hex(), other.hex());
  EXPECT_EQ((DigestSum::from_hex((DigestSum(a) += b).hex()) += c).hex(), one.hex());
  EXPECT_NE(DigestSum("a", sha256("2")).hex(), a.hex());
  EXPECT_NE(DigestSum("b", sha256("1")).hex(), a.hex());
  EXPECT_THROW(DigestSum::from_hex(std::string(64, 'x')), DataError);
  EXPECT_THROW(DigestSum::from_hex("00"), DataError);

  const auto most = std::string(64, 'f'), least = std::string(63, '0') + "1";
  EXPECT_EQ((DigestSum::from_hex(most) += DigestSum::from_hex(least)).hex(), std::string(64, '0'));
}
