// SPDX-License-Identifier: Apache-2.0
#include "data/input_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "core/error.hpp"
#include "data/inflate.hpp"

namespace stockpot::data {
namespace {

std::string kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "it is a folder";
  if (S_ISFIFO(mode)) return "it is a fifo";
  return "it is a device or socket";
}

std::uint32_t little_endian_32(const std::uint8_t* p) {
  return static_cast<std::uint32_t>(p[0]) | static_cast<std::uint32_t>(p[1]) << 8 |
         static_cast<std::uint32_t>(p[2]) << 16 | static_cast<std::uint32_t>(p[3]) << 24;
}

}  // namespace

Bytes& Bytes::operator=(Bytes&& other) noexcept {
  memory_ = std::move(other.memory_);
  capacity_ = std::exchange(other.capacity_, 0);
  shared_ = std::move(other.shared_);
  base_ = std::exchange(other.base_, nullptr);
  begin_ = std::exchange(other.begin_, 0);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

void Bytes::resize(std::size_t size) {
  if (shared_) {
    shared_.resize(begin_ + size);
    base_ = shared_.data();
    size_ = size;
    return;
  }
  const std::size_t needed = std::max<std::size_t>(begin_ + size, 1);
  const bool grows = size > size_;
  const bool fits = grows && needed <= capacity_;
  if (!fits && !(grows && reallocate(std::max(needed, 2 * capacity_))) && !reallocate(needed))
    throw IoError(
        fmt::format("no memory for {:.1f} MiB of data", static_cast<double>(needed) / 1048576.0),
        std::strerror(errno), "take fewer samples or ranks per node, or a larger node");
  base_ = memory_.get();
  size_ = size;
}

bool Bytes::reallocate(std::size_t capacity) {
  void* memory = std::realloc(memory_.get(), capacity);
  if (memory == nullptr) return false;
  static_cast<void>(memory_.release());  // realloc has freed it
  memory_.reset(static_cast<std::uint8_t*>(memory));
  capacity_ = capacity;
  return true;
}

io::SharedMemory::Address Bytes::seal() {
  shared_.seal();
  base_ = shared_.data();
  return shared_.address();
}

void Bytes::drop_front(std::size_t count) {
  expect(count <= size_, "Bytes::drop_front beyond the size");
  begin_ += count;
  size_ -= count;
}

void Bytes::keep_front(std::size_t count) {
  expect(count <= size_, "Bytes::keep_front beyond the size");
  size_ = count;
}

InputFile::InputFile(const std::filesystem::path& path, io::InputDigests* digests)
    : path_(path),
      descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)),
      digests_(digests) {
  if (descriptor_ < 0) throw DataError(path.string() + ": cannot be opened", std::strerror(errno));
  struct stat status{};
  const int rc = ::fstat(descriptor_, &status);
  const std::string why = rc != 0                   ? std::strerror(errno)
                          : S_ISREG(status.st_mode) ? ""
                                                    : kind_of(status.st_mode);
  if (!why.empty()) {
    ::close(descriptor_);
    throw DataError(path.string() + ": not a regular file", why);
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
  if (digests_ != nullptr) hash_ = digests_->begin(path_, descriptor_);
}

InputFile::~InputFile() { ::close(descriptor_); }

void InputFile::read(std::uint64_t offset, std::span<std::uint8_t> into) const {
  for (std::size_t done = 0; done < into.size();) {
    const ssize_t got = ::pread(descriptor_, into.data() + done, into.size() - done,
                                static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      throw IoError(fmt::format("{}: cannot be read at byte {}", path_.string(), offset + done),
                    std::strerror(errno));
    if (got == 0)
      throw DataError(fmt::format("{}: ends at byte {}", path_.string(), offset + done),
                      "it changed while being read");
    done += static_cast<std::size_t>(got);
  }
  if (hash_) hash_->saw(offset, std::as_bytes(into));
}

void InputFile::done() const {
  if (hash_) digests_->end(path_, descriptor_, *hash_);
  hash_.reset();
}

Bytes read_file(const std::filesystem::path& path, std::uint64_t largest,
                io::InputDigests* digests) {
  const InputFile file(path);
  if (file.size() > largest)
    throw DataError(fmt::format("{}: {} bytes", path.string(), file.size()),
                    fmt::format("at most {} are read", largest));
  Bytes bytes(file.size());
  file.read(0, bytes.span());
  if (digests != nullptr) digests->add(path, file.stamp(), std::as_bytes(bytes.span()));
  return bytes;
}

std::uint64_t inflated_size(const InputFile& file, std::uint64_t largest) {
  constexpr std::uint64_t kSmallestMember = 18;
  std::array<std::uint8_t, 4> trailer{};
  if (file.size() < kSmallestMember)
    throw DataError(
        fmt::format("{}: {} bytes are no gzip file", file.path().string(), file.size()));
  file.read(file.size() - trailer.size(), trailer);
  const std::uint64_t told = little_endian_32(trailer.data());
  if (told > largest || told > file.size() * kLargestInflateRatio)
    throw DataError(fmt::format("{}: its gzip trailer tells {} bytes", file.path().string(), told),
                    fmt::format("{} compressed bytes cannot hold that", file.size()),
                    "fetch it again");
  return told;
}

Bytes read_file_or_gzip(const std::filesystem::path& path, std::uint64_t largest,
                        io::InputDigests* digests) {
  if (path.extension() != ".gz") return read_file(path, largest, digests);
  const InputFile file(path);
  Bytes bytes(inflated_size(file, largest));
  Inflater inflater(file, {.end = file.size(), .format = Inflater::Format::gzip});
  inflater.read(bytes.span());
  inflater.finish();
  if (digests != nullptr) digests->add(path, file.stamp(), std::as_bytes(bytes.span()));
  return bytes;
}

void note_digest(const Bytes& bytes, std::string* sha256) {
  if (sha256 != nullptr)
    *sha256 = io::hash_of(io::HashAlgorithm::sha256, std::as_bytes(bytes.span()));
}

bool is_plain_name(std::string_view name) {
  const auto is_alnum = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !name.empty() && name.size() <= 128 && is_alnum(name[0]) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_alnum(c) || c == '.' || c == '_' || c == '-'; });
}

std::filesystem::path SourceFolder::find(std::initializer_list<std::string> names) const {
  for (const std::string& name : names) {
    std::error_code failed;
    if (std::filesystem::exists(path / name, failed)) return path / name;
    if (failed) throw IoError((path / name).string() + ": cannot be looked at", failed.message());
  }
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored) && !std::filesystem::is_directory(path, ignored))
    throw DataError(path.string() + ": is no folder", "data.dir must be one", origin);
  throw DataError((path / *names.begin()).string() + ": no such file",
                  "data.dir must hold the official files", origin);
}

}  // namespace stockpot::data
