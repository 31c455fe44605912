// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "comm/group.hpp"
#include "core/provenance.hpp"

namespace stockpot::comm {

/// Where the tensors of this rank live.
struct Device {
  bool cuda = false;
  int index = 0;        ///< CUDA device of this rank
  bool shared = false;  ///< more ranks than GPUs on some node: NCCL refuses that, MPI does not mind
  std::string name = "cpu";  ///< e.g. NVIDIA H200
};

/// The device of `device = auto|cpu|cuda`: with CUDA, the GPU of this rank's number on its node
/// (modulo the GPUs it sees). throws ConfigError where cuda is asked for and this build or node has
/// none collective over `comm`
Device choose_device(const std::string& wanted, const Group& comm);

/// Versions of CUDA and NCCL, and the GPUs this process sees; empty in a build without CUDA.
Provenance cuda_provenance();

}  // namespace stockpot::comm
