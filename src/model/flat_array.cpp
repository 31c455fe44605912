// SPDX-License-Identifier: Apache-2.0
#include "model/flat_array.hpp"

#include <ATen/ops/empty.h>
#include <sys/mman.h>

#include <cstddef>

namespace stockpot::model {

at::Tensor flat_array(std::int64_t size, at::Device device) {
  const at::Tensor array = at::empty({size}, at::TensorOptions(at::kFloat).device(device));
  constexpr std::uintptr_t kPage = 4096, kHugePage = std::uintptr_t{2} << 20;
  if (device.is_cpu() && array.nbytes() >= kHugePage) {
    const auto begin = reinterpret_cast<std::uintptr_t>(array.data_ptr()),
               first = (begin + kPage - 1) / kPage * kPage;
    ::madvise(reinterpret_cast<void*>(first), (begin + array.nbytes() - first) / kPage * kPage,
              MADV_HUGEPAGE);  // a wish: refused, all works the same
  }
  return array;
}

}  // namespace stockpot::model
