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

/// The values of a model: one contiguous fp32 array, the arena, of which the model's tensors are
/// views. All that only looks or is looked at (a soup's member, a snapshot, a teacher) has nothing
/// else.
///
/// Optimizer, selection, hash and file are each one pass over one array.
///
/// Example:
///     const std::vector<Leaf> leaves{{.names = {"w"}, .shape = {2, 3}, .role = Role::prunable},
///                                    {.names = {"bias"}, .shape = {2}}};
///     Weights weights(std::make_shared<Layout>(leaves), at::kCPU);
///     initialise(weights, 7);
///     weights.host()[6] = 0.25F;  // what lies behind w's 6 elements
///     EXPECT_EQ(weights[1].const_data_ptr<float>()[0], 0.25F);
class Weights {
 public:
  /// Uninitialised, on `device`.
  Weights(std::shared_ptr<const Layout> layout, at::Device device);

  /// Same values, own memory, no gradients: what a denoiser starts from.
  Weights clone() const;

  const Layout& layout() const { return *layout_; }
  std::shared_ptr<const Layout> shared_layout() const { return layout_; }
  at::Device device() const { return values_.device(); }

  /// Leaf number `i` of the layout, a view of `values()`.
  const at::Tensor& operator[](std::size_t i) const { return views_[i]; }

  /// [total] fp32.
  const at::Tensor& values() const { return values_; }
  /// The same array as plain memory; it must be on the CPU (LogicError).
  std::span<float> host() const;

 private:
  std::shared_ptr<const Layout> layout_;
  at::Tensor values_;
  std::vector<at::Tensor> views_;
};

/// The gradients of a network that is trained: one array in the order of the arena, of which the
/// gradients of the model's tensors are views while this lives.
class Gradients {
 public:
  /// Zeros; from now on a backward pass through `weights` adds to them. One at a time per weights.
  explicit Gradients(const Weights& weights);
  ~Gradients();
  Gradients(Gradients&&) = default;
  Gradients& operator=(Gradients&&) = delete;
  Gradients(const Gradients&) = delete;
  Gradients& operator=(const Gradients&) = delete;

  /// [tracked + 1] fp32: gradients, then for running statistics the means that this step's batches
  /// had, and last the loss of the step, so that one reduction carries all.
  const at::Tensor& values() const { return values_; }
  /// The same array as plain memory; it must be on the CPU (LogicError).
  std::span<float> host() const;

  /// Set all to 0, the loss too.
  void clear();
  /// Add to the loss of the step; a scalar on the device.
  void add_loss(const at::Tensor& loss);
  /// The loss of the step, on the host.
  double loss() const;

 private:
  at::Tensor values_;
  std::vector<at::Tensor> views_;  // the leaves that these are the gradients of
};

/// Give every tensor its initial value: a function of (seed, tensor number, element) only. The
/// weights must be on the CPU.
void initialise(Weights& weights, std::uint64_t seed);

/// The same values for the leaves that hold one of the tensors `names`; the rest stays as it is.
void initialise(Weights& weights, std::uint64_t seed, std::span<const std::string> names);

}  // namespace stockpot::model
