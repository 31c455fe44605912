// SPDX-License-Identifier: Apache-2.0
#include "model/weights.hpp"

#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/random.hpp"
#include "model/flat_array.hpp"

namespace stockpot::model {
namespace {

std::span<float> host_span(const at::Tensor& tensor) {
  expect(tensor.device().is_cpu(), "host memory of an arena that lives on a GPU");
  return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

void initialise_leaf(Weights& weights, const Leaf& leaf, std::uint64_t seed, std::uint32_t number) {
  const auto values = weights.host().subspan(static_cast<std::size_t>(leaf.offset),
                                             static_cast<std::size_t>(leaf.size()));
  RandomStream stream(seed, Purpose::initial_weights, {.denoiser = number});
  switch (leaf.init.kind) {
    case Init::Kind::zeros:
      std::ranges::fill(values, 0.0F);
      break;
    case Init::Kind::ones:
      std::ranges::fill(values, 1.0F);
      break;
    case Init::Kind::normal:
      for (auto& x : values)
        x = static_cast<float>(leaf.init.deviation * stream.truncated_normal(2.0));
  }
}

}  // namespace

Weights::Weights(std::shared_ptr<const Layout> layout, at::Device device)
    : layout_(std::move(layout)), values_(flat_array(layout_->total(), device)) {
  // detach makes a view a leaf of the autograd graph that still shares the arena's memory
  for (const auto& leaf : layout_->leaves())
    views_.push_back(values_.narrow(0, leaf.offset, leaf.size()).view(leaf.shape).detach());
}

Weights Weights::clone() const {
  Weights copy(layout_, device());
  copy.values_.copy_(values_);
  return copy;
}

std::span<float> Weights::host() const { return host_span(values_); }

Gradients::Gradients(const Weights& weights)
    : values_(flat_array(weights.layout().tracked() + 1, weights.device()).zero_()) {
  std::size_t number = 0;
  for (const auto& leaf : weights.layout().leaves()) {
    auto view = weights[number++];
    if (leaf.role == Role::frozen) continue;
    expect(!view.grad().defined(), "weights have one set of gradients at a time");
    view.mutable_grad() = values_.narrow(0, leaf.offset, leaf.size()).view(leaf.shape);
    view.set_requires_grad(leaf.role == Role::prunable || leaf.role == Role::trained);
    views_.push_back(std::move(view));
  }
}

Gradients::~Gradients() {
  for (auto& view : views_) {
    view.set_requires_grad(false);
    view.mutable_grad() = at::Tensor();
  }
}

std::span<float> Gradients::host() const { return host_span(values_); }

void Gradients::clear() { values_.zero_(); }

void Gradients::add_loss(const at::Tensor& loss) {
  const at::NoGradGuard no_grad;
  values_.select(0, values_.numel() - 1).add_(loss.detach());
}

double Gradients::loss() const { return values_.select(0, values_.numel() - 1).item().toDouble(); }

void initialise(Weights& weights, std::uint64_t seed) {
  std::uint32_t number = 0;
  for (const auto& leaf : weights.layout().leaves()) initialise_leaf(weights, leaf, seed, number++);
}

void initialise(Weights& weights, std::uint64_t seed, std::span<const std::string> names) {
  std::uint32_t number = 0;
  for (const auto& leaf : weights.layout().leaves()) {
    if (std::ranges::find_first_of(leaf.names, names) != leaf.names.end())
      initialise_leaf(weights, leaf, seed, number);
    ++number;
  }
}

}  // namespace stockpot::model
