// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace stockpot::comm {

/// Parts of one array, in any order, joined where they adjoin.
class Buckets {
 public:
  void add(float* values, std::size_t count) { parts_.emplace_back(values, count); }

  /// The parts by their place in the array, as few as there can be; none are left.
  std::vector<std::span<float>> take() {
    std::ranges::sort(parts_, {}, [](const auto& part) { return part.data(); });
    std::vector<std::span<float>> joined;
    for (const auto part : std::exchange(parts_, {})) {
      if (!joined.empty() && joined.back().data() + joined.back().size() == part.data())
        joined.back() = {joined.back().data(), joined.back().size() + part.size()};
      else
        joined.push_back(part);
    }
    return joined;
  }

 private:
  std::vector<std::span<float>> parts_;
};

}  // namespace stockpot::comm
