// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include <memory>
#include <span>

#include "kernels/device_ops.hpp"
#include "mask/mask.hpp"
#include "model/place.hpp"

namespace stockpot::train {

/// A mask that no longer changes: whoever holds the same pointer holds the same mask, so that
/// nobody compares bits to find out.
using SharedMask = std::shared_ptr<const mask::Mask>;

using model::place_of;
using model::span_of;

/// 64-bit words in the memory of a device: those given where that is the host, else a copy.
class PlacedWords {
 public:
  PlacedWords(std::span<const std::uint64_t> words, at::Device device);
  std::span<const std::uint64_t> span() const;

 private:
  std::span<const std::uint64_t> host_;
  at::Tensor on_gpu_;
};

/// A mask over an arena of `elements`, and where the kept ones lie when packed, in the memory of
/// `device`.
class PlacedMask {
 public:
  PlacedMask(SharedMask mask, std::int64_t elements, at::Device device);

  const SharedMask& mask() const { return mask_; }
  at::Device device() const { return starts_.device(); }
  kernels::Packing packing() const;
  /// Length of a packed array.
  std::int64_t kept() const { return kept_; }

 private:
  SharedMask mask_;
  std::int64_t elements_, kept_;
  PlacedWords words_;
  at::Tensor starts_;
};

}  // namespace stockpot::train
