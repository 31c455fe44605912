// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "comm/gradient_reducer.hpp"

namespace stockpot::comm {

/// Sums in host memory by MPI_Allreduce.
class MpiGradientReducer final : public GradientReducer {
 public:
  explicit MpiGradientReducer(const Group& comm) : comm_(comm) {}
  void sum(float* values, std::size_t count) override {
    if (comm_.size() > 1) comm_.sum(std::span(values, count));
  }
  std::string name() const override { return "mpi"; }

 private:
  const Group& comm_;
};

}  // namespace stockpot::comm
