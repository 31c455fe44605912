// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include <string>

#include "comm/device.hpp"
#include "comm/group.hpp"
#include "config/run_config.hpp"

namespace stockpot::jobs {

/// Where this rank computes, with how many threads, and what counts the energy of its machine.
struct Placement {
  comm::Device device;
  at::Device torch_device;
  int threads;
  std::string energy_from = {};  ///< names of the counters; empty: not measured
};

/// See that all ranks were given the same settings. throws AgreedError (78)
/// collective over `world`
void agree_on(const config::RunConfig& config, const comm::Group& world);

/// Tell LibTorch how GPUs compute: fp32 is fp32 (by default convolutions take the 10 bits of TF32),
/// algorithms are not chosen by timing, and with `repeat_bits` only those are used that give the
/// same bits every time; an operation that has none then throws.
/// source: PyTorch notes on numerical accuracy and reproducibility; cuBLAS manual, results
/// reproducibility (its workspace)
void set_gpu_arithmetic(bool repeat_bits);

/// Choose device and threads of this rank (comm/cores.hpp) and tell LibTorch, and let rank 0
/// measure the energy of the machine and the GPUs of all ranks, where it can and all are on one
/// machine; bits repeat where `dist.reduction = fixed`. throws AgreedError (78) where there is no
/// such device
///
/// collective over `world`
Placement take_place(const config::RunConfig& config, const comm::Group& world);

}  // namespace stockpot::jobs
