// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "comm/buckets.hpp"
#include "comm/gradient_reducer.hpp"

namespace stockpot::comm {

/// Sums in host memory, at `finish`: one MPI_Allreduce for all buckets that adjoin, so the bits do
/// not depend on where they are cut. (Measured with 2 and 4 ranks on 2 cores, 8 buckets of 4 MiB,
/// the time of a step against that of one sum at its end: a blocking sum per bucket 0.9 to 1.8, a
/// non-blocking one 0.9 to 1.0: the ranks' own threads are on the cores that would move the data.)
class MpiGradientReducer final : public GradientReducer {
 public:
  explicit MpiGradientReducer(const Group& group) : group_(group) {}
  void begin(float* values, std::size_t count) override { buckets_.add(values, count); }
  void finish() override {
    for (const auto part : buckets_.take())
      if (group_.size() > 1) group_.sum(part);
  }
  std::string name() const override { return "mpi"; }

 private:
  const Group& group_;
  Buckets buckets_;
};

}  // namespace stockpot::comm
