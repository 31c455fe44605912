// SPDX-License-Identifier: Apache-2.0
#include "comm/all_or_none.hpp"
#include "comm/mpi_gradient_reducer.hpp"
#include "core/error.hpp"

namespace stockpot::comm {

void check_backend(const std::string& backend, const Device&) {
  if (backend == "nccl")
    throw ConfigError("dist.backend = nccl", "this program was built without NCCL",
                      "build the preset cuda, or set dist.backend = auto");
}

std::unique_ptr<GradientReducer> make_gradient_reducer(const std::string& backend,
                                                       const Device& device, const Group& group) {
  all_or_none(group, [&] { check_backend(backend, device); });
  return std::make_unique<MpiGradientReducer>(group);
}

}  // namespace stockpot::comm
