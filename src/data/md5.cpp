// SPDX-License-Identifier: Apache-2.0
#include "data/md5.hpp"

#include <openssl/evp.h>

#include <array>

#include "core/error.hpp"

namespace stockpot::data {

std::string md5(std::span<const std::uint8_t> bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_md5(), nullptr) != 1)
    throw ConfigError("MD5 sums cannot be computed here",
                      "OpenSSL refuses them, as it does under FIPS");
  std::string text;
  for (unsigned int i = 0; i < length; ++i) {
    constexpr char kDigits[] = "0123456789abcdef";
    text += {kDigits[digest[i] >> 4], kDigits[digest[i] & 15]};
  }
  return text;
}

}  // namespace stockpot::data
