// SPDX-License-Identifier: Apache-2.0
#include "train/forward_batches.hpp"

#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "core/error.hpp"
#include "data/batch_order.hpp"
#include "train/precision.hpp"

namespace stockpot::train {
namespace {

constexpr std::size_t kBatch =
    250;  // part of the bits of a result: never derived from the number of ranks

}  // namespace

std::size_t count_batches(const data::Split& split) {
  return (static_cast<std::size_t>(split.size()) + kBatch - 1) / kBatch;
}

void forward_batches(const Network& network, const data::Split& split, const comm::Group& comm,
                     const std::function<void(const BatchOutput&)>& visit) {
  expect(split.size() > 0, "prediction of an empty split");
  const at::NoGradGuard no_grad;
  const auto order = data::evaluation_order(split);
  const auto device = network.arena.device();
  data::Batch batch;
  std::vector<std::int64_t> indices;
  for (auto number = static_cast<std::size_t>(comm.rank()); number < count_batches(split);
       number += static_cast<std::size_t>(comm.size())) {
    const auto positions =
        std::span(order).subspan(number * kBatch, std::min(kBatch, order.size() - number * kBatch));
    indices.clear();
    for (const auto position : positions)
      indices.push_back(split.indices[static_cast<std::size_t>(position)]);
    split.dataset->fill(indices, {}, batch);
    const auto inputs = model::to_inputs(batch, split.dataset->shape(), device);
    at::Tensor features, logits;
    {
      const PrecisionScope scope(network.precision, device.type());
      features = network.model.features(network.arena, inputs, {});
      logits = network.model.head(network.arena, features);
    }
    visit({number, positions, batch, inputs, features, logits});
  }
}

}  // namespace stockpot::train
