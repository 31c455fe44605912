// SPDX-License-Identifier: Apache-2.0
#include "model/vgg.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>
#include <fmt/format.h>

#include "core/error.hpp"
#include "model/conv_norm.hpp"
#include "model/products.hpp"

namespace stockpot::model {
namespace {

constexpr std::int64_t kPool = 0;
constexpr std::int64_t kForm[] = {64,    64,  kPool, 128, 128,   kPool, 256, 256, 256,
                                  kPool, 512, 512,   512, kPool, 512,   512, 512, kPool};
constexpr std::int64_t kSmallestSide = 32;  // five halvings

class Vgg final : public Model {
 public:
  explicit Vgg(const data::DataShape& s) {
    std::vector<Leaf> leaves;
    MapShape map{s.channels, s.height, s.width};
    int position =
        0;  // torchvision numbers convolution, normalisation, relu and pooling in one row
    for (const auto channels : kForm) {
      if (channels == kPool) {
        map = {map.channels, map.height / 2, map.width / 2};
        position += 1;
        continue;
      }
      const auto name = [&](int i) { return fmt::format("features.{}", i); };
      convolutions_.push_back(
          add_conv_norm(leaves, map, {name(position), name(position + 1), channels, 3, 1, true}));
      map = convolutions_.back().out;
      position += 3;
    }
    head_ = leaves.size();
    leaves.push_back({{"classifier.weight"},
                      {s.classes, map.channels},
                      Role::trained,
                      {Init::Kind::normal, 0.01},
                      true});
    leaves.push_back({{"classifier.bias"}, {s.classes}, Role::trained, {}, true});
    layout_ = std::make_shared<const Layout>(std::move(leaves));
  }

  const std::shared_ptr<const Layout>& layout() const override { return layout_; }
  NameTable file_names() const override {
    return {.prefix = {}, .endings = {}, .ignored = {"*.num_batches_tracked"}};
  }

  at::Tensor features(const Weights& weights, const Inputs& inputs,
                      const Pass& pass) const override {
    auto x = inputs.pixels;
    auto convolution = convolutions_.begin();
    for (const auto channels : kForm)
      x = channels == kPool ? at::max_pool2d(x, 2) : at::relu((*convolution++)(weights, x, pass));
    return x.mean({2, 3});
  }

  at::Tensor head(const Weights& weights, const at::Tensor& features) const override {
    return affine(features, weights[head_], weights[head_ + 1]).to(at::kFloat);
  }

  ForwardCost forward_cost(const data::BatchShape& batch) const override {
    return convolution_cost(convolutions_, batch, layout_->leaves()[head_]);
  }

 private:
  std::vector<ConvNorm> convolutions_;
  std::size_t head_ = 0;
  std::shared_ptr<const Layout> layout_;
};

}  // namespace

std::unique_ptr<const Model> make_vgg16(const config::ModelConfig&, const data::DataShape& s) {
  if (std::min(s.height, s.width) < kSmallestSide || s.classes == 0)
    throw ConfigError("model.name vgg16 needs labelled images of at least 32 x 32 pixels",
                      "it halves them five times", "choose another model or data.name");
  return std::make_unique<Vgg>(s);
}

}  // namespace stockpot::model
