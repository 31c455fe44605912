// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>

#include "comm/group.hpp"
#include "core/provenance.hpp"

namespace stockpot::comm {

/// Where the tensors of this rank live.
struct Device {
  bool cuda = false;
  int index = 0;                ///< CUDA device of this rank
  bool shared = false;          ///< some ranks share a GPU: NCCL refuses that, MPI does not mind
  std::string name = "cpu";     ///< e.g. NVIDIA H200
  std::string pci_bus_id = "";  ///< of this rank's GPU; empty: none
};

/// The device of `device = auto|cpu|cuda`: with CUDA, the GPU of this rank's number on its node
/// (modulo the GPUs it sees). throws AgreedError (78) where cuda is asked for and this build or a
/// node has none
/// collective over `group`
Device choose_device(const std::string& wanted, const Group& group);

/// Whether a process alone would compute on a GPU here. throws ConfigError where `cuda` is asked
/// for and this build or this machine has none
bool check_device(const std::string& wanted);

/// A GPU as the whole job knows it: a rank's own number for it says nothing, because the scheduler
/// may show each rank another GPU as number 0 (`--gpus-per-task`).
struct GpuAddress {
  std::string host, pci_bus_id;
  friend bool operator==(const GpuAddress&, const GpuAddress&) = default;
  friend auto operator<=>(const GpuAddress&, const GpuAddress&) = default;
};

/// Whether any two of the ranks compute on the same GPU.
bool some_share_a_gpu(std::span<const GpuAddress> of_ranks);

/// Versions of CUDA and NCCL, and the GPUs this process sees; empty in a build without CUDA.
Provenance cuda_provenance();

}  // namespace stockpot::comm
