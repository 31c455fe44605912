// SPDX-License-Identifier: Apache-2.0
#include "model/arena.hpp"

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

void initialise_leaf(Arena& arena, const Leaf& leaf, std::uint64_t seed, std::uint32_t number) {
  const auto values = arena.host_weights().subspan(static_cast<std::size_t>(leaf.offset),
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

Arena::Arena(std::shared_ptr<const Layout> layout, at::Device device)
    : layout_(std::move(layout)),
      weights_(flat_array(layout_->total(), device)),
      gradients_(flat_array(layout_->tracked() + 1, device).zero_()) {
  make_views();
}

void Arena::make_views() {
  for (const auto& leaf : layout_->leaves()) {
    // detach makes the view a leaf of the autograd graph that still shares the arena's memory
    auto view = weights_.narrow(0, leaf.offset, leaf.size()).view(leaf.shape).detach();
    if (leaf.role != Role::frozen)
      view.mutable_grad() = gradients_.narrow(0, leaf.offset, leaf.size()).view(leaf.shape);
    view.set_requires_grad(leaf.role == Role::prunable || leaf.role == Role::trained);
    views_.push_back(std::move(view));
  }
}

Arena Arena::clone() const {
  Arena copy(layout_, device());
  copy.weights_.copy_(weights_);
  return copy;
}

std::span<float> Arena::host_weights() const { return host_span(weights_); }
std::span<float> Arena::host_gradients() const { return host_span(gradients_); }

void initialise(Arena& arena, std::uint64_t seed) {
  std::uint32_t number = 0;
  for (const auto& leaf : arena.layout().leaves()) initialise_leaf(arena, leaf, seed, number++);
}

void initialise(Arena& arena, std::uint64_t seed, std::span<const std::string> names) {
  std::uint32_t number = 0;
  for (const auto& leaf : arena.layout().leaves()) {
    if (std::ranges::find_first_of(leaf.names, names) != leaf.names.end())
      initialise_leaf(arena, leaf, seed, number);
    ++number;
  }
}

}  // namespace stockpot::model
