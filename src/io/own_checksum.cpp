// SPDX-License-Identifier: Apache-2.0
#include "io/own_checksum.hpp"

#include <fmt/format.h>

#include <cstring>
#include <string>

#include "core/error.hpp"
#include "io/crc32.hpp"
#include "io/safetensors_header.hpp"

namespace stockpot::io {
namespace {

/// Where the eight digits of the checksum stand; npos where there are none.
std::size_t checksum_at(std::span<const std::byte> bytes) {
  constexpr std::string_view kKey = "\"crc32\":\"";
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto key = text.substr(0, kMaxHeaderBytes + 8).find(kKey);
  if (key == std::string_view::npos) return key;
  const auto digits = key + kKey.size();
  return digits + kNoChecksum.size() > bytes.size() ? std::string_view::npos : digits;
}

std::string checksum_of(std::span<const std::byte> bytes, std::size_t digits) {
  auto checksum = crc32(bytes.first(digits));
  checksum = crc32(std::as_bytes(std::span(kNoChecksum)), checksum);
  checksum = crc32(bytes.subspan(digits + kNoChecksum.size()), checksum);
  return fmt::format("{:08x}", checksum);
}

}  // namespace

void put_own_checksum(std::span<std::byte> bytes) {
  const auto digits = checksum_at(bytes);
  expect(digits != std::string_view::npos, "the metadata have no place for a checksum");
  const auto checksum = checksum_of(bytes, digits);
  std::memcpy(bytes.data() + digits, checksum.data(), checksum.size());
}

bool own_checksum_fits(std::span<const std::byte> bytes, std::string_view found) {
  const auto digits = checksum_at(bytes);
  return digits != std::string_view::npos && checksum_of(bytes, digits) == found;
}

}  // namespace stockpot::io
