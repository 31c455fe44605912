// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include <string>

namespace stockpot::train {

/// Makes matrix products run in bf16 while it lives, where `precision` is bf16 (LibTorch's
/// autocast).
class PrecisionScope {
 public:
  PrecisionScope(const std::string& precision, at::DeviceType device);
  ~PrecisionScope();
  PrecisionScope(const PrecisionScope&) = delete;
  PrecisionScope& operator=(const PrecisionScope&) = delete;

 private:
  bool on_;
  at::DeviceType device_;
};

}  // namespace stockpot::train
