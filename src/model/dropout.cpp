// SPDX-License-Identifier: Apache-2.0
#include "model/dropout.hpp"

#include <ATen/ops/empty_like.h>
#include <ATen/ops/from_blob.h>
#include <torch/csrc/autograd/custom_function.h>

#include <iterator>

#include "core/error.hpp"
#include "core/random.hpp"
#include "model/place.hpp"

namespace stockpot::model {
namespace {

/// The draw as autograd keeps it from the forward pass to the backward pass.
std::vector<std::int64_t> numbers_of(const kernels::DropoutDraw& draw) {
  return {draw.key[0], draw.key[1], draw.step, draw.training, draw.drop_below};
}

kernels::DropoutDraw draw_of(const std::vector<std::int64_t>& numbers) {
  const auto word = [&](std::size_t i) { return static_cast<std::uint32_t>(numbers.at(i)); };
  return {.key = {word(0), word(1)}, .step = word(2), .training = word(3), .drop_below = word(4)};
}

kernels::DropoutShape shape_of(const at::Tensor& x) {
  const auto size = x.sizes();
  expect(size.size() >= 2 && size.size() <= 4, "dropout of a tensor that is no batch of matrices");
  return {.samples = size[0],
          .matrices = size.size() == 4 ? size[1] : 1,
          .rows = size.size() == 2 ? 1 : size[size.size() - 2],
          .columns = size.back()};
}

/// y_i = x_i * scale where element i stays, else 0. It is linear, and its own transpose: the
/// gradient goes through the same draw.
class Drop final : public torch::autograd::Function<Drop> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                            const at::Tensor& samples, const std::vector<std::int64_t>& numbers) {
    context->save_for_backward({samples});
    context->saved_data["draw"] = numbers;
    const auto from = x.to(at::kFloat).contiguous();
    auto to = at::empty_like(from);
    kernels::dropout(
        place_of(from), span_of(from),
        {samples.const_data_ptr<std::int64_t>(), static_cast<std::size_t>(samples.numel())},
        shape_of(from), draw_of(numbers), span_of(to));
    return to;
  }

  static torch::autograd::variable_list backward(
      torch::autograd::AutogradContext* context,  // NOLINT(readability-non-const-parameter)
      const torch::autograd::variable_list& gradients) {
    const auto samples = context->get_saved_variables().front();
    return {
        Drop::apply(gradients.front(), samples, context->saved_data["draw"].toIntVector()), {}, {}};
  }
};

}  // namespace

Dropout::Dropout(const DropoutRates& rates, const StepKey& key,
                 std::span<const std::int64_t> samples, at::Device device)
    : rates_(rates),
      key_(key),
      // torch takes no pointer to const; nothing writes to them
      samples_(
          at::from_blob(const_cast<std::int64_t*>(samples.data()), {std::ssize(samples)}, at::kLong)
              .to(device, at::kLong, false, true)) {}

double Dropout::rate_of(DropoutSite::Kind kind) const {
  if (kind == DropoutSite::Kind::attention) return rates_.attention;
  return kind == DropoutSite::Kind::hidden ? rates_.hidden : rates_.classifier;
}

at::Tensor Dropout::operator()(const DropoutSite& site, const at::Tensor& x) const {
  const auto drop_below = kernels::dropout_threshold(rate_of(site.kind));
  if (drop_below == 0) return x;
  return Drop::apply(x, samples_,
                     numbers_of({.key = philox_key(key_.seed, Purpose::dropout, site.number),
                                 .step = key_.step,
                                 .training = round_and_denoiser(key_.round, key_.denoiser),
                                 .drop_below = drop_below}));
}

}  // namespace stockpot::model
