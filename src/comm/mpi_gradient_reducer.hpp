#pragma once
#include <span>

#include "comm/gradient_reducer.hpp"

namespace stockpot::comm {

/// Sums in host memory by MPI_Allreduce.
class MpiGradientReducer final : public GradientReducer {
 public:
  explicit MpiGradientReducer(const Communicator& comm) : comm_(comm) {}
  void sum(float* values, std::size_t count) override {
    if (comm_.size() > 1) comm_.sum(std::span(values, count));
  }
  std::string name() const override { return "mpi"; }

 private:
  const Communicator& comm_;
};

}  // namespace stockpot::comm
