// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>

namespace stockpot::model {

/// [size] fp32, uninitialised. On the CPU it asks for huge pages: passes over the whole array then
/// miss the TLB less often, and its first touch costs a five-hundredth of the page faults.
at::Tensor flat_array(std::int64_t size, at::Device device);

}  // namespace stockpot::model
