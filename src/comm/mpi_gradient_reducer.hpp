// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "comm/gradient_reducer.hpp"

namespace stockpot::comm {

/// Sums in host memory by one MPI_Allreduce per bucket, which is done when `begin` returns: no MPI
/// library moves data of a non-blocking sum while the ranks' own threads compute on all cores.
class MpiGradientReducer final : public GradientReducer {
 public:
  explicit MpiGradientReducer(const Group& group) : group_(group) {}
  void begin(float* values, std::size_t count) override {
    if (group_.size() > 1) group_.sum(std::span(values, count));
  }
  void finish() override {}
  std::string name() const override { return "mpi"; }

 private:
  const Group& group_;
};

}  // namespace stockpot::comm
