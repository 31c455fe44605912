// SPDX-License-Identifier: Apache-2.0
#include "train/precision.hpp"

#include <ATen/autocast_mode.h>

namespace stockpot::train {

Precision precision_of(const std::string& name) {
  return name == "bf16" ? Precision::bf16 : Precision::fp32;
}

PrecisionScope::PrecisionScope(Precision precision, at::DeviceType device)
    : on_(precision == Precision::bf16), device_(device) {
  if (!on_) return;
  at::autocast::set_autocast_dtype(device_, at::kBFloat16);
  at::autocast::set_autocast_enabled(device_, true);
}

PrecisionScope::~PrecisionScope() {
  if (!on_) return;
  at::autocast::set_autocast_enabled(device_, false);
  at::autocast::clear_cache();  // it holds casts of weights that the next step changes
}

}  // namespace stockpot::train
