// SPDX-License-Identifier: Apache-2.0
#include "train/forward_batches.hpp"

#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/index.hpp"
#include "data/batch_order.hpp"
#include "train/precision.hpp"

namespace stockpot::train {
namespace {

constexpr std::size_t kBatch =
    250;  // part of the bits of a result: never derived from the number of ranks

/// Calls visit(number, positions, samples) for every batch from `first` on, `stride` apart.
template <typename Visit>
void for_each_batch(const data::Split& split, std::size_t first, std::size_t stride, Visit visit) {
  const auto order = data::evaluation_order(split);
  std::vector<std::int64_t> samples;
  for (std::size_t number = first; number < count_batches(split); number += stride) {
    const std::size_t begin = number * kBatch;
    const auto positions = std::span(order).subspan(begin, std::min(kBatch, order.size() - begin));
    samples.clear();
    for (const auto position : positions) samples.push_back(at(split.indices, position));
    visit(number, positions, std::span<const std::int64_t>(samples));
  }
}

}  // namespace

std::size_t count_batches(const data::Split& split) {
  return (static_cast<std::size_t>(split.size()) + kBatch - 1) / kBatch;
}

std::vector<data::BatchShape> batch_shapes(const data::Split& split) {
  std::vector<data::BatchShape> shapes;
  for_each_batch(split, 0, 1, [&](std::size_t, auto, std::span<const std::int64_t> samples) {
    shapes.push_back(data::shape_of(*split.dataset, samples));
  });
  return shapes;
}

void forward_batches(const Network& network, const data::Split& split, const comm::Group& group,
                     const std::function<void(const BatchOutput&)>& visit) {
  expect(split.size() > 0, "prediction of an empty split");
  const at::NoGradGuard no_grad;
  const auto device = network.weights.device();
  data::Batch batch;
  const auto first = static_cast<std::size_t>(group.rank()),
             stride = static_cast<std::size_t>(group.size());
  for_each_batch(split, first, stride,
                 [&](std::size_t number, std::span<const std::int64_t> positions,
                     std::span<const std::int64_t> samples) {
                   split.dataset->fill(samples, {}, batch);
                   const auto inputs = model::to_inputs(batch, split.dataset->shape(), device);
                   at::Tensor features, logits;
                   {
                     const PrecisionScope scope(network.precision, device.type());
                     features = network.model.features(network.weights, inputs, {});
                     logits = network.model.head(network.weights, features);
                   }
                   visit({number, positions, batch, inputs, features, logits});
                 });
}

}  // namespace stockpot::train
