// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

#include "model/dropout_rates.hpp"

namespace stockpot::model {

/// Which step of which training dropout is drawn for.
struct StepKey {
  std::uint64_t seed = 0;
  std::uint32_t round = 0;     ///< of a look-ahead; 0 in the main training
  std::uint32_t denoiser = 0;  ///< 0: main training; n + 1: denoiser n
  std::uint32_t step = 0;      ///< position of the main training, or step of the look-ahead
};

/// The places of a network where it drops, and their numbers, which are part of the bits of a
/// result.
struct DropoutSite {
  enum class Kind { hidden, attention, classifier };
  Kind kind = Kind::hidden;
  std::uint32_t number = 0;  ///< each site of a model has its own
};

/// Dropout of one batch of one step. Whether an element stays follows from (seed, round, denoiser,
/// step, sample, site, place in the sample) alone (kernels/dropout.hpp), so neither ranks nor the
/// cutting and padding of a batch show; nothing is stored, the backward pass draws again.
class Dropout {
 public:
  /// samples  [B] positions of the batch's samples in the official file
  Dropout(const DropoutRates& rates, const StepKey& key, std::span<const std::int64_t> samples,
          at::Device device);

  /// `x` with elements of this site dropped, as torch.nn.Dropout does it; fp32, differentiable.
  ///
  /// x  [B, width], [B, rows, width] or [B, heads, rows, columns]
  at::Tensor operator()(const DropoutSite& site, const at::Tensor& x) const;

 private:
  double rate_of(DropoutSite::Kind kind) const;

  DropoutRates rates_;
  StepKey key_;
  at::Tensor samples_;
};

}  // namespace stockpot::model
