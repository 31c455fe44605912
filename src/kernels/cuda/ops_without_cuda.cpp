// SPDX-License-Identifier: Apache-2.0
#include "core/error.hpp"
#include "kernels/cuda/ops.hpp"

namespace stockpot::kernels::cuda {
namespace {

[[noreturn]] void refuse() {
  throw LogicError("a GPU kernel was called", "this program was built without CUDA");
}

}  // namespace

void select_largest(std::span<const float>, std::span<const std::uint64_t>, std::int64_t,
                    std::span<std::uint64_t>, void*, Ranking) {
  refuse();
}
void masked_adamw(std::span<float>, std::span<const float>, std::span<float>, std::span<float>,
                  const Packing&, const AdamWStep&, void*) {
  refuse();
}
void masked_sgd(std::span<float>, std::span<const float>, std::span<float>, const Packing&,
                const SgdStep&, void*) {
  refuse();
}
void dropout(std::span<const float>, std::span<const std::int64_t>, const DropoutShape&,
             const DropoutDraw&, std::span<float>, void*) {
  refuse();
}
void repack(std::span<const float>, const Packing&, std::span<float>, const Packing&, void*) {
  refuse();
}
double masked_squared_norm(std::span<const float>, std::span<const std::uint64_t>, std::int64_t,
                           void*) {
  refuse();
}
void zero_pruned(std::span<float>, std::span<const std::uint64_t>, std::int64_t, void*) {
  refuse();
}

void interpolate(std::span<float>, std::span<const float>, double, std::span<const std::uint64_t>,
                 std::int64_t, void*) {
  refuse();
}

}  // namespace stockpot::kernels::cuda
