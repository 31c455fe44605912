// SPDX-License-Identifier: Apache-2.0
// One masked AdamW step on the flat arena of ViT-B/32's 12 blocks, half of the prunable weights
// pruned, against what users of LibTorch write for the same result on the same 144 tensors:
// gradients times masks, torch::optim::AdamW, weights times masks.
#include "kernels/adamw.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/optim/adamw.h>

#include <algorithm>
#include <array>
#include <utility>

#include "bench/entries.hpp"
#include "core/error.hpp"
#include "core/random.hpp"
#include "kernels/select.hpp"
#include "model/flat_array.hpp"

namespace stockpot::bench {
namespace {

constexpr double kLr = 1e-3, kWeightDecay = 0.1;

using Sizes = std::vector<std::vector<std::int64_t>>;

/// The tensors of 12 blocks of width `d`, the prunable matrices first.
Sizes tensor_sizes(std::int64_t d) {
  Sizes sizes;
  for (int block = 0; block < 12; ++block)
    for (const auto& [rows, columns] : {std::pair{3 * d, d}, {d, d}, {4 * d, d}, {d, 4 * d}})
      sizes.push_back({rows, columns});
  for (int block = 0; block < 12; ++block)
    for (const std::int64_t length : {3 * d, d, 4 * d, d, d, d, d, d}) sizes.push_back({length});
  return sizes;
}

/// Views of consecutive pieces of `flat`.
std::vector<at::Tensor> views(const at::Tensor& flat, const Sizes& sizes) {
  std::vector<at::Tensor> pieces;
  std::int64_t begin = 0;
  for (const auto& size : sizes) {
    const std::int64_t count = c10::multiply_integers(size);
    pieces.push_back(flat.narrow(0, begin, count).view(size));
    begin += count;
  }
  return pieces;
}

std::span<float> floats(at::Tensor& tensor) {
  return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

std::vector<std::uint64_t> random_mask(std::int64_t bits) {
  std::vector<std::uint64_t> mask(static_cast<std::size_t>(bits / 64));
  RandomStream random(1, Purpose::random_score);
  for (std::uint64_t& word : mask) word = std::uint64_t{random.bits()} << 32 | random.bits();
  return mask;
}

}  // namespace

Timings adamw_vs_torch(const Setting& setting) {
  at::set_num_threads(setting.threads);
  const std::int64_t width = scaled(48, setting) * 16, prunable = 144 * width * width;
  const Sizes sizes = tensor_sizes(width);
  std::int64_t count = 0;
  for (const auto& size : sizes) count += c10::multiply_integers(size);

  at::Tensor gradient =
      model::flat_array(count, at::kCPU).normal_(0, 1e-3, at::detail::createCPUGenerator(1));
  at::Tensor weights =
      model::flat_array(count, at::kCPU).normal_(0, 0.02, at::detail::createCPUGenerator(2));
  const std::vector<std::uint64_t> kept = random_mask(prunable);
  const std::vector<std::int64_t> starts = kernels::packing_starts(count, kept, prunable);
  at::Tensor m = model::flat_array(starts.back(), at::kCPU).zero_(),
             v = model::flat_array(starts.back(), at::kCPU).zero_();

  std::vector<at::Tensor> parameters;
  for (const at::Tensor& view : views(weights, sizes))
    parameters.push_back(view.clone().set_requires_grad(true));
  const std::vector<at::Tensor> gradients = views(gradient, sizes);
  for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i].mutable_grad() = gradients[i];
  at::Tensor keep = at::ones({count});  // the mask as users of LibTorch have it
  kernels::zero_pruned(floats(keep), kept, prunable);
  const std::vector<at::Tensor> masks = views(keep, sizes);
  torch::optim::AdamW torch_adamw(parameters,
                                  torch::optim::AdamWOptions(kLr).weight_decay(kWeightDecay));

  kernels::AdamWStep step{.lr = kLr, .weight_decay = kWeightDecay, .step = 0};
  const Timings timings = time_interleaved(
      setting, 5,
      [&] {
        ++step.step;
        kernels::masked_adamw(floats(weights), floats(gradient), floats(m), floats(v),
                              {count, kept, prunable, starts}, step, setting.threads);
      },
      [&] {
        for (std::size_t i = 0; i < parameters.size(); ++i) gradients[i].mul_(masks[i]);
        torch_adamw.step();
        at::NoGradGuard no_gradients;
        for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i].mul_(masks[i]);
      });

  const std::vector<at::Tensor> ours = views(weights, sizes);
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const double difference = (ours[i] - parameters[i].detach()).abs().max().item<double>();
    expect(difference <= 1e-6, "masked AdamW and torch::optim::AdamW differ by more than 1e-6");
  }
  return timings;
}

}  // namespace stockpot::bench
