// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include <string>

namespace stockpot::train {

/// Number format of the matrix products; weights and gradients are fp32 in both.
enum class Precision { fp32, bf16 };

/// The one that `train.precision` names.
Precision precision_of(const std::string& name);

/// Makes matrix products run in bf16 while it lives, where asked for (LibTorch's autocast).
class PrecisionScope {
 public:
  PrecisionScope(Precision precision, at::DeviceType device);
  ~PrecisionScope();
  PrecisionScope(const PrecisionScope&) = delete;
  PrecisionScope& operator=(const PrecisionScope&) = delete;

 private:
  bool on_;
  at::DeviceType device_;
};

}  // namespace stockpot::train
