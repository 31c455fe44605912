// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/layout.hpp"

namespace stockpot::model {

/// The values of a model: one contiguous fp32 array of weights and one of gradients, of which the
/// model's tensors are views.
///
/// Clip, optimizer, selection, all-reduce, hash and file are each one pass over one array.
class Arena {
 public:
  /// Uninitialised weights and zero gradients on `device`.
  Arena(std::shared_ptr<const Layout> layout, at::Device device);

  /// Same weights, own memory, gradients zero: what a denoiser starts from.
  Arena clone() const;

  const Layout& layout() const { return *layout_; }
  std::shared_ptr<const Layout> shared_layout() const { return layout_; }
  at::Device device() const { return weights_.device(); }

  /// Leaf number `i` of the layout, a view of `weights()`; its gradient is a view of `gradients()`.
  const at::Tensor& operator[](std::size_t i) const { return views_[i]; }

  /// [total] fp32.
  const at::Tensor& weights() const { return weights_; }
  /// [tracked + 1] fp32: gradients, then for running statistics the means that this step's batches
  /// had, and last the loss of the step, so that one reduction carries all.
  const at::Tensor& gradients() const { return gradients_; }

  /// The same arrays as plain memory; the arena must be on the CPU (LogicError).
  std::span<float> host_weights() const;
  std::span<float> host_gradients() const;

 private:
  void make_views();

  std::shared_ptr<const Layout> layout_;
  at::Tensor weights_, gradients_;
  std::vector<at::Tensor> views_;
};

/// Give every tensor its initial value: a function of (seed, tensor number, element) only. The
/// arena must be on the CPU.
void initialise(Arena& arena, std::uint64_t seed);

/// The same values for the leaves that hold one of the tensors `names`; the rest stays as it is.
void initialise(Arena& arena, std::uint64_t seed, std::span<const std::string> names);

}  // namespace stockpot::model
