// SPDX-License-Identifier: Apache-2.0
#include "io/input_digests.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/provenance.hpp"
#include "io/input_file.hpp"

namespace stockpot::io {
namespace {

/// Smaller files are hashed every time: that costs less than to look them up.
constexpr std::uint64_t kSmallestRemembered = 1 << 20;

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

enum class Form { plain, unpacked };

std::string key_of(const FileStamp& stamp, Form form = Form::plain) {
  return fmt::format("{} {} {}", host_name(), stamp.text(),
                     form == Form::plain ? "plain" : "unpacked");
}

/// MD5, where OpenSSL allows it.
std::optional<ContentHash> md5_hash(bool wanted) {
  if (!wanted) return std::nullopt;
  try {
    return ContentHash(HashAlgorithm::md5);
  } catch (const ConfigError&) {
    return std::nullopt;
  }
}

}  // namespace

namespace {

/// SHA-256 of names and stamps, as numbers and not their digits: this is done for every picture.
std::string hash_of_members(std::span<const GroupMember> members) {
  std::string bytes;
  for (const auto& [name, stamp] : members) {
    const std::array<std::uint64_t, 5> numbers{stamp.device, stamp.inode, stamp.size,
                                               static_cast<std::uint64_t>(stamp.modified_ns),
                                               static_cast<std::uint64_t>(stamp.changed_ns)};
    bytes.append(reinterpret_cast<const char*>(numbers.data()), sizeof numbers);
    bytes.append(name).push_back('\0');
  }
  return hash_of(HashAlgorithm::sha256, bytes_of(bytes));
}

}  // namespace

std::string key_of(std::span<const GroupMember> members) {
  constexpr std::size_t kBlock = 512;  // members that one thread hashes
  std::vector<std::string> hashes((members.size() + kBlock - 1) / kBlock);
  FirstFailure failure;
#pragma omp parallel for schedule(dynamic)
  for (std::size_t i = 0; i < hashes.size(); ++i)
    failure.guard(static_cast<std::int64_t>(i), [&] {
      const auto begin = i * kBlock;
      hashes[i] = hash_of_members(members.subspan(begin, std::min(kBlock, members.size() - begin)));
    });
  failure.rethrow();
  const auto all = fmt::format("{}", fmt::join(hashes, " "));
  return fmt::format("{} group {}", host_name(), hash_of(HashAlgorithm::sha256, bytes_of(all)));
}

DigestSum::DigestSum(const std::string& name, const std::string& sha256) {
  ContentHash hash(HashAlgorithm::sha256);
  hash.update(bytes_of(name));
  hash.update(bytes_of(std::string_view("\0", 1)));
  hash.update(bytes_of(sha256));
  std::ranges::copy(hash.finish(), bytes_.begin());
}

DigestSum DigestSum::from_hex(const std::string& hex) {
  DigestSum sum;
  for (std::size_t i = 0; i < sum.bytes_.size(); ++i) {
    unsigned value = 0;
    const char *begin = hex.data() + 2 * i, *end = begin + 2;
    if (hex.size() != 2 * sum.bytes_.size() || std::from_chars(begin, end, value, 16).ptr != end)
      throw DataError("\"" + hex + "\" is no SHA-256 in hexadecimal digits");
    sum.bytes_[i] = static_cast<std::byte>(value);
  }
  return sum;
}

DigestSum& DigestSum::operator+=(const DigestSum& other) {
  unsigned carry = 0;
  for (std::size_t i = bytes_.size(); i-- > 0; carry >>= 8) {
    carry += std::to_integer<unsigned>(bytes_[i]) + std::to_integer<unsigned>(other.bytes_[i]);
    bytes_[i] = static_cast<std::byte>(carry & 0xFF);
  }
  return *this;
}

PassingHash::PassingHash(int descriptor, std::uint64_t size, bool with_md5)
    : descriptor_(descriptor),
      size_(size),
      sha256_(HashAlgorithm::sha256),
      md5_(md5_hash(with_md5)) {}

void PassingHash::saw(std::uint64_t offset, std::span<const std::byte> bytes) {
  if (offset + bytes.size() <= done_) return;
  read_up_to(offset);
  update(bytes.subspan(static_cast<std::size_t>(done_ - offset)));
}

ContentDigest PassingHash::finish() {
  read_up_to(size_);
  return {size_, to_hex(sha256_.finish()), md5_ ? to_hex(md5_->finish()) : ""};
}

void PassingHash::update(std::span<const std::byte> bytes) {
  sha256_.update(bytes);
  if (md5_) md5_->update(bytes);
  done_ += bytes.size();
}

void PassingHash::read_up_to(std::uint64_t end) {
  std::vector<std::byte> piece(std::min<std::uint64_t>(1 << 18, end > done_ ? end - done_ : 0));
  while (done_ < end) {
    const auto wanted = std::min<std::uint64_t>(piece.size(), end - done_);
    const auto got = ::pread(descriptor_, piece.data(), wanted, static_cast<off_t>(done_));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw IoError("an input file cannot be read", std::strerror(errno));
    if (got == 0)
      throw DataError(fmt::format("an input file ends at byte {}", done_),
                      "it changed while it was read");
    update(std::span(piece).first(static_cast<std::size_t>(got)));
  }
}

std::optional<PassingHash> InputDigests::begin(const std::filesystem::path& path, int descriptor) {
  const auto stamp = FileStamp::of(descriptor);
  if (stamp.size >= kSmallestRemembered)
    if (const auto known = cache_.find(key_of(stamp))) {
      note({path, false, *known});
      return std::nullopt;
    }
  return PassingHash(descriptor, stamp.size, with_md5_);
}

void InputDigests::end(const std::filesystem::path& path, int descriptor, PassingHash& hash) {
  const auto digest = hash.finish();
  const auto stamp = FileStamp::of(descriptor);
  if (stamp.size >= kSmallestRemembered && stamp.is_settled()) cache_.keep(key_of(stamp), digest);
  note({path, false, digest});
}

void InputDigests::add(const std::filesystem::path& path, const FileStamp& stamp,
                       std::span<const std::byte> content) {
  const bool large = content.size() >= kSmallestRemembered;
  const auto key = key_of(stamp, stamp.size == content.size() ? Form::plain : Form::unpacked);
  auto digest = large ? cache_.find(key) : std::nullopt;
  if (!digest) {
    auto md5 = md5_hash(with_md5_);
    if (md5) md5->update(content);
    digest = {content.size(), hash_of(HashAlgorithm::sha256, content),
              md5 ? to_hex(md5->finish()) : ""};
    if (large && stamp.is_settled()) cache_.keep(key, *digest);
  }
  note({path, false, *digest});
}

void InputDigests::add_file(const std::filesystem::path& path) {
  const InputFile file(path);
  if (auto hash = begin(path, file.descriptor())) end(path, file.descriptor(), *hash);
}

std::optional<ContentDigest> InputDigests::find_group(std::span<const GroupMember> members) const {
  return cache_.find(key_of(members));
}

void InputDigests::keep_group(std::span<const GroupMember> members,
                              const ContentDigest& digest) const {
  const auto settled = [](const GroupMember& member) { return member.stamp.is_settled(); };
  if (std::ranges::all_of(members, settled)) cache_.keep(key_of(members), digest);
}

void InputDigests::add_group(const std::filesystem::path& folder, const ContentDigest& digest) {
  for (auto& known : all_)
    if (known.is_folder && known.path == folder) {
      known.content.bytes += digest.bytes;
      known.content.sha256 =
          (DigestSum::from_hex(known.content.sha256) += DigestSum::from_hex(digest.sha256)).hex();
      return;
    }
  note({folder, true, digest});
}

void InputDigests::note(InputDigest digest) {
  const auto same = [&](const InputDigest& known) {
    return !known.is_folder && known.path == digest.path;
  };
  if (std::ranges::none_of(all_, same)) all_.push_back(std::move(digest));
}

}  // namespace stockpot::io
