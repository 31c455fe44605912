// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <memory>
#include <string>

#include "comm/device.hpp"
#include "comm/group.hpp"

namespace stockpot::comm {

/// Sums a gradient over ranks where it lies. One body for MPI (host memory, or GPU memory by a
/// staging buffer), one for NCCL.
class GradientReducer {
 public:
  virtual ~GradientReducer() = default;

  /// values  [count] fp32 on the device the reducer was made for; in: this rank's part, out: the
  /// sum over ranks order   the library's own: bits may depend on the number of ranks collective
  /// over the communicator it was made with
  virtual void sum(float* values, std::size_t count) = 0;

  /// mpi or nccl, as in `dist.backend`.
  virtual std::string name() const = 0;
};

/// The reducer of `dist.backend`: `auto` is NCCL where tensors live on GPUs and every rank has one
/// of its own, else MPI. comm must outlive it. throws ConfigError where the back end is not in this
/// build or does not fit the device collective over `comm`
std::unique_ptr<GradientReducer> make_gradient_reducer(const std::string& backend,
                                                       const Device& device, const Group& comm);

}  // namespace stockpot::comm
