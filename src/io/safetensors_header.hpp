// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/tensor_values.hpp"

namespace stockpot::io {

/// One tensor of a safetensors file.
struct TensorInfo {
  std::string name;
  Dtype dtype = Dtype::f32;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0, end = 0;  ///< bytes of the data section
  std::size_t shard = 0;             ///< which file of a sharded folder

  /// Number of elements.
  std::int64_t size() const { return static_cast<std::int64_t>((end - begin) / size_of(dtype)); }
  bool operator==(const TensorInfo&) const = default;
};

/// What stands before the data of a safetensors file.
struct SafetensorsHeader {
  std::vector<TensorInfo> tensors;  ///< in the order of their data
  std::map<std::string, std::string> metadata;
  std::size_t data_begin = 0;  ///< byte of the file at which the data section begins
};

/// Limits of what is accepted. source: result_format.md, "What a reader refuses" (the reference
/// implementation takes headers of up to 100 MB; with 16 MiB reading stays below 2 x file + 64 MiB
/// for every content).
inline constexpr std::uint64_t kMaxHeaderBytes = std::uint64_t{16} << 20;
inline constexpr std::size_t kMaxTensors = 100'000;
inline constexpr std::size_t kMaxRank = 8;
inline constexpr std::size_t kMaxNameBytes = 512;

/// Read and check the header of a safetensors file given as a whole.
///
/// Accepted files have no byte that belongs to no tensor, no byte that belongs to two, and no name
/// twice. source  name of the file in messages throws  DataError naming file, byte and reason
SafetensorsHeader parse_safetensors(std::span<const std::byte> file, std::string_view source);

/// The bytes before the data section, padded to a multiple of 8: the same as those of the reference
/// implementation.
std::string encode_safetensors_header(std::span<const TensorInfo> tensors,
                                      const std::map<std::string, std::string>& metadata);

}  // namespace stockpot::io
