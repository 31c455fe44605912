// SPDX-License-Identifier: Apache-2.0
#include "model/products.hpp"

#include <ATen/Context.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/linear.h>
#include <torch/csrc/autograd/custom_function.h>

#include <array>

namespace stockpot::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::Variable;
using torch::autograd::variable_list;

bool twice_differentiable_ = false;

/// The first backward pass multiplies by the weight under another name: a leaf on the same memory,
/// whose gradient is the weight's. So it does not wait for the weight's other derivative.
Variable other_name_of(const Variable& w) {
  auto other = w.detach().set_requires_grad(true);
  other.mutable_grad() = w.grad();
  return other;
}

bool has_other_name(const at::Tensor& w) {
  return twice_differentiable_ && w.is_leaf() && w.requires_grad() && w.grad().defined();
}

constexpr const char* kOtherName = "w";

struct Linear : Function<Linear> {
  static Variable forward(AutogradContext* context, const Variable& x, const Variable& w,
                          const Variable& b) {
    context->save_for_backward({x});
    context->saved_data[kOtherName] = other_name_of(w);
    return at::linear(x, w, b);
  }

  static variable_list backward(AutogradContext* context, variable_list derivatives) {
    const auto x = context->get_saved_variables().front();
    const auto& dy = derivatives.front();
    const auto rows = dy.reshape({-1, dy.size(-1)});
    Variable dx, db;
    if (context->needs_input_grad(0)) dx = dy.matmul(context->saved_data[kOtherName].toTensor());
    if (context->needs_input_grad(2)) db = rows.sum(0);
    return {dx, rows.t().mm(x.reshape({-1, x.size(-1)})), db};
  }
};

struct Convolution : Function<Convolution> {
  static Variable forward(AutogradContext* context, const Variable& x, const Variable& w,
                          const Variable& b, std::int64_t stride, std::int64_t padding) {
    context->save_for_backward({x});
    context->saved_data[kOtherName] = other_name_of(w);
    context->saved_data["stride"] = stride;
    context->saved_data["padding"] = padding;
    return at::conv2d(x, w, b, stride, padding);
  }

  static variable_list backward(AutogradContext* context, variable_list derivatives) {
    const auto x = context->get_saved_variables().front();
    const auto w = context->saved_data[kOtherName].toTensor();
    const auto& dy = derivatives.front();
    const std::array<std::int64_t, 1> stride{context->saved_data["stride"].toInt()},
        padding{context->saved_data["padding"].toInt()};
    const auto derivative = [&](const Variable& input, const Variable& weight,
                                std::array<bool, 3> wanted) {
      return at::convolution_backward(dy, input, weight, at::OptionalIntArrayRef(), stride, padding,
                                      {1}, false, {0}, 1, wanted);
    };
    Variable dx, db;
    if (context->needs_input_grad(0))
      dx = std::get<0>(derivative(x.detach(), w, {true, false, false}));
    if (context->needs_input_grad(2)) db = dy.sum({0, 2, 3});
    return {dx, std::get<1>(derivative(x, w.detach(), {false, true, false})), db, {}, {}};
  }
};

}  // namespace

at::Tensor affine(const at::Tensor& x, const at::Tensor& w, const at::Tensor& b) {
  if (has_other_name(w)) return Linear::apply(x, w, b);
  return at::linear(x, w, b);
}

at::Tensor convolve(const at::Tensor& x, const at::Tensor& w, const at::Tensor& b,
                    std::int64_t stride, std::int64_t padding) {
  if (has_other_name(w)) return Convolution::apply(x, w, b, stride, padding);
  return at::conv2d(x, w, b, stride, padding);
}

TwiceDifferentiable::TwiceDifferentiable() {
  auto& context = at::globalContext();
  flash_ = context.userEnabledFlashSDP();
  memory_efficient_ = context.userEnabledMemEfficientSDP();
  cudnn_ = context.userEnabledCuDNNSDP();
  context.setSDPUseFlash(false);
  context.setSDPUseMemEfficient(false);
  context.setSDPUseCuDNN(false);
  twice_differentiable_ = true;
}

TwiceDifferentiable::~TwiceDifferentiable() {
  auto& context = at::globalContext();
  context.setSDPUseFlash(flash_);
  context.setSDPUseMemEfficient(memory_efficient_);
  context.setSDPUseCuDNN(cudnn_);
  twice_differentiable_ = false;
}

}  // namespace stockpot::model
