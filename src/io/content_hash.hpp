// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace stockpot::io {

enum class HashAlgorithm {
  sha256,  ///< what results record of their inputs
  md5      ///< what the owners of data sets publish; keeps no secrets
};

/// Hash of bytes that come piece by piece.
class ContentHash {
 public:
  /// throws ConfigError where OpenSSL refuses the algorithm, as it does MD5 under FIPS
  explicit ContentHash(HashAlgorithm algorithm);

  void update(std::span<const std::byte> bytes);

  /// The digest of all bytes so far. Ends the hash.
  std::vector<std::byte> finish();

 private:
  struct Free {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Free> context_;
};

/// Lower-case hexadecimal digits.
std::string to_hex(std::span<const std::byte> bytes);

/// Digest of `bytes` in hexadecimal digits. throws as ContentHash does
std::string hash_of(HashAlgorithm algorithm, std::span<const std::byte> bytes);

}  // namespace stockpot::io
