// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <memory>
#include <string>

#include "comm/device.hpp"
#include "comm/group.hpp"

namespace stockpot::comm {

/// Sums a gradient over ranks where it lies: whole, or in buckets, each as soon as the backward
/// pass has filled it. One body for MPI (host memory, or GPU memory by a staging buffer), one for
/// NCCL.
///
/// Example:
///     std::vector<float> gradient(5120, 1);
///     const auto reducer = make_gradient_reducer("mpi", Device{}, world);
///     reducer->begin(gradient.data() + 4096, 1024);  // the last layers' part is ready
///     reducer->begin(gradient.data(), 4096);
///     reducer->finish();
///     EXPECT_EQ(gradient[0], static_cast<float>(world.size()));
///
/// Every member is collective over the group that the reducer was made with: all ranks begin the
/// same buckets in the same order. The order of additions is the library's own: bits may depend on
/// the number of ranks, with NCCL also on where buckets are cut.
class GradientReducer {
 public:
  virtual ~GradientReducer() = default;

  /// Begin to sum the bucket `values` [count] fp32, on the device the reducer was made for. The
  /// buckets between two `finish` are parts of one array and do not overlap. Nobody else reads or
  /// writes them before `finish`.
  virtual void begin(float* values, std::size_t count) = 0;

  /// All buckets begun hold the sum over ranks for whoever computes after it on the same device (a
  /// GPU may still be at it).
  virtual void finish() = 0;

  /// The whole as one bucket. in: this rank's part, out: the sum over ranks
  void sum(float* values, std::size_t count) {
    begin(values, count);
    finish();
  }

  /// mpi or nccl, as in `dist.backend`.
  virtual std::string name() const = 0;
};

/// ConfigError where the back end `dist.backend` is not in this build or does not fit the device.
void check_backend(const std::string& backend, const Device& device);

/// The reducer of `dist.backend`: `auto` is NCCL where tensors live on GPUs and every rank has one
/// of its own, else MPI. `group` must outlive it. throws AgreedError (78) where the back end is not
/// in this build or does not fit the device
/// collective over `group`
std::unique_ptr<GradientReducer> make_gradient_reducer(const std::string& backend,
                                                       const Device& device, const Group& group);

}  // namespace stockpot::comm
