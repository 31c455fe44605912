#include "data/batch_order.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "data/text/length_buckets.hpp"

namespace stockpot::data {

std::unique_ptr<const BatchOrder> make_batch_order(const Split& split, std::int64_t batch, std::uint64_t seed) {
  if (split.dataset->lengths().empty()) return std::make_unique<EpochSampler>(split, batch, seed);
  return std::make_unique<LengthBuckets>(split, batch, seed);
}

std::vector<std::int64_t> evaluation_order(const Split& split) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(split.size()));
  std::iota(order.begin(), order.end(), 0);
  const auto lengths = split.dataset->lengths();
  if (lengths.empty()) return order;
  const auto length = [&](std::int64_t position) { return lengths[static_cast<std::size_t>(split.indices[static_cast<std::size_t>(position)])]; };
  std::ranges::stable_sort(order, std::ranges::greater{}, length);
  return order;
}

}  // namespace stockpot::data
