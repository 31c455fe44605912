// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

namespace stockpot::model {

/// Zero-shot heads on disk, so that the 300 runs of a sweep encode their class prompts once.
///
/// A file is named by the hash of all that the head is made from, so nothing in it can be stale.
/// Runs may share a folder: files are put there atomically. A damaged file is made again; a folder
/// that cannot be written costs the time and a line in the log.
class HeadCache {
 public:
  /// folder  empty: nothing is kept
  explicit HeadCache(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// The fp32 head of this shape under `key`; where it is not there, `make` makes it and it is
  /// kept.
  at::Tensor get(std::uint64_t key, const std::vector<std::int64_t>& shape,
                 const std::function<at::Tensor()>& make) const;

  std::filesystem::path file(std::uint64_t key) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace stockpot::model
