// SPDX-License-Identifier: Apache-2.0
#include "comm/device.hpp"
#include "comm/gradient_reducer.hpp"
#include "comm/mpi_gradient_reducer.hpp"
#include "core/error.hpp"

namespace stockpot::comm {

Device choose_device(const std::string& wanted, const Group&) {
  if (wanted == "cuda")
    throw ConfigError("device = cuda", "this program was built without CUDA",
                      "build the preset cuda, or set device = auto");
  return {};
}

Provenance cuda_provenance() { return {}; }

std::unique_ptr<GradientReducer> make_gradient_reducer(const std::string& backend, const Device&,
                                                       const Group& comm) {
  if (backend == "nccl")
    throw ConfigError("dist.backend = nccl", "this program was built without NCCL",
                      "build the preset cuda, or set dist.backend = auto");
  return std::make_unique<MpiGradientReducer>(comm);
}

}  // namespace stockpot::comm
