// SPDX-License-Identifier: Apache-2.0
#include "io/content_hash.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include "core/error.hpp"

namespace stockpot::io {
namespace {

EVP_MD_CTX* context_of(void* context) { return static_cast<EVP_MD_CTX*>(context); }

}  // namespace

void ContentHash::Free::operator()(void* context) const { EVP_MD_CTX_free(context_of(context)); }

ContentHash::ContentHash(HashAlgorithm algorithm) : context_(EVP_MD_CTX_new()) {
  const bool md5 = algorithm == HashAlgorithm::md5;
  if (context_ == nullptr ||
      EVP_DigestInit_ex(context_of(context_.get()), md5 ? EVP_md5() : EVP_sha256(), nullptr) != 1)
    throw ConfigError(fmt::format("{} sums cannot be computed here", md5 ? "MD5" : "SHA-256"),
                      "OpenSSL refuses them, as it does MD5 under FIPS");
}

void ContentHash::update(std::span<const std::byte> bytes) {
  expect(EVP_DigestUpdate(context_of(context_.get()), bytes.data(), bytes.size()) == 1,
         "a hash takes bytes until it is finished");
}

std::vector<std::byte> ContentHash::finish() {
  std::vector<std::byte> digest(EVP_MAX_MD_SIZE);
  unsigned int length = 0;
  expect(EVP_DigestFinal_ex(context_of(context_.get()),
                            reinterpret_cast<unsigned char*>(digest.data()), &length) == 1,
         "a hash is finished once");
  digest.resize(length);
  return digest;
}

std::string to_hex(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes)
    fmt::format_to(std::back_inserter(text), "{:02x}", static_cast<unsigned>(byte));
  return text;
}

std::string hash_of(HashAlgorithm algorithm, std::span<const std::byte> bytes) {
  ContentHash hash(algorithm);
  hash.update(bytes);
  return to_hex(hash.finish());
}

}  // namespace stockpot::io
