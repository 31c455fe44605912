// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "config/run_config.hpp"
#include "core/error.hpp"

namespace stockpot::test {

using ByteList = std::vector<std::uint8_t>;

inline void write_bytes(const std::filesystem::path& path, const ByteList& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

/// Settings that load whatever lies in `dir` as the set `name`, one sample of it for validation.
inline config::DataConfig config_of(const char* name, const std::filesystem::path& dir) {
  config::DataConfig config;
  config.name = name;
  config.official = "no";
  config.dir = dir.string();
  config.validation_size = 1;
  return config;
}

/// As gzip -9 writes it, for small contents.
inline ByteList gzipped(const ByteList& bytes) {
  ByteList out(bytes.size() + 100);
  z_stream z{};
  deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  z.next_in = const_cast<Bytef*>(bytes.data());
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = out.data();
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

inline void append_big_endian(ByteList& bytes, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

/// An IDX file of uint8: its header for `sizes`, then `count` values i % modulus.
inline ByteList idx_bytes(const std::vector<std::uint32_t>& sizes, std::size_t count,
                          unsigned modulus) {
  ByteList bytes;
  append_big_endian(bytes, 0x800 + static_cast<std::uint32_t>(sizes.size()));
  for (const std::uint32_t size : sizes) append_big_endian(bytes, size);
  for (std::size_t i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(i % modulus));
  return bytes;
}

/// Expect that `action` throws `Kind` with a text that contains every one of `parts`.
template <typename Kind, typename Action>
void expect_error(Action&& action, const std::vector<std::string>& parts) {
  try {
    action();
    ADD_FAILURE() << "nothing was thrown; expected a text with "
                  << (parts.empty() ? "" : parts.front());
  } catch (const Kind& error) {
    for (const auto& part : parts)
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos)
          << error.what() << "\nlacks: " << part;
  }
}

}  // namespace stockpot::test
