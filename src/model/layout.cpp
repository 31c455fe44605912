// SPDX-License-Identifier: Apache-2.0
#include "model/layout.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <numeric>

#include "core/error.hpp"

namespace stockpot::model {

std::int64_t Leaf::size() const {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

Layout::Layout(std::vector<Leaf> leaves) : leaves_(std::move(leaves)) {
  std::int64_t offset = 0;
  for (const Role role : {Role::prunable, Role::trained, Role::tracked, Role::frozen}) {
    for (auto& leaf : leaves_) {
      if (leaf.role != role) continue;
      leaf.offset = offset;
      auto shape = leaf.shape;
      if (leaf.names.size() > 1) {
        expect(shape.at(0) % std::ssize(leaf.names) == 0,
               "a leaf's names must divide its first dimension");
        shape[0] /= std::ssize(leaf.names);
      }
      const std::int64_t size = leaf.size() / std::ssize(leaf.names);
      for (const auto& name : leaf.names) {
        tensors_.push_back({name, shape, role, leaf.is_head, offset, size});
        offset += size;
      }
    }
    if (role == Role::prunable) prunable_ = offset;
    if (role == Role::trained) trained_ = offset;
    if (role == Role::tracked) tracked_ = offset;
  }
  total_ = offset;
}

}  // namespace stockpot::model
