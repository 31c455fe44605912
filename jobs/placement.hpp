// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include "comm/device.hpp"
#include "comm/group.hpp"
#include "config/run_config.hpp"

namespace stockpot::jobs {

/// Where this rank computes, and with how many threads.
struct Placement {
  comm::Device device;
  at::Device torch_device;
  int threads;
};

/// See that all ranks were given the same settings. throws AgreedError (78)
/// collective over `world`
void agree_on(const config::RunConfig& config, const comm::Group& world);

/// Choose device and threads of this rank; sets LibTorch's number of threads.
/// collective over `world`
Placement take_place(const config::RunConfig& config, const comm::Group& world);

}  // namespace stockpot::jobs
