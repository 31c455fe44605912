// SPDX-License-Identifier: Apache-2.0
#include "model/flat_array.hpp"

#include <ATen/ops/empty.h>
#include <sys/mman.h>

#include <cstddef>
#include <memory>

namespace stockpot::model {

at::Tensor flat_array(std::int64_t size, at::Device device) {
  const at::Tensor array = at::empty({size}, at::TensorOptions(at::kFloat).device(device));
  constexpr std::size_t kPage = 4096, kHugePage = std::size_t{2} << 20;
  if (device.is_cpu() && array.nbytes() >= kHugePage) {
    void* first = array.data_ptr();
    std::size_t bytes = array.nbytes();
    std::align(kPage, kPage, first, bytes);
    ::madvise(first, bytes / kPage * kPage, MADV_HUGEPAGE);  // a wish: refused, all works the same
  }
  return array;
}

}  // namespace stockpot::model
