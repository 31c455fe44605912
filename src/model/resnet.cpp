// SPDX-License-Identifier: Apache-2.0
#include "model/resnet.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/relu.h>
#include <fmt/format.h>

#include "core/error.hpp"
#include "model/conv_norm.hpp"
#include "model/products.hpp"

namespace stockpot::model {
namespace {

constexpr std::int64_t kStageChannels[] = {64, 128, 256, 512};
constexpr int kBlocksPerStage = 2;

class ResNet final : public Model {
 public:
  explicit ResNet(const data::DataShape& s) {
    std::vector<Leaf> leaves;
    auto map = add(leaves, {s.channels, s.height, s.width}, {"conv1", "bn1", kStageChannels[0]});
    for (int stage = 0; stage < static_cast<int>(std::size(kStageChannels)); ++stage)
      for (int i = 0; i < kBlocksPerStage; ++i) {
        const std::string name = fmt::format("layer{}.{}.", stage + 1, i);
        map = add_block(leaves, map, name, kStageChannels[stage], stage > 0 && i == 0 ? 2 : 1);
      }
    head_ = leaves.size();
    leaves.push_back({{"fc.weight"},
                      {s.classes, map.channels},
                      Role::trained,
                      {Init::Kind::normal, 0.01},
                      true});
    leaves.push_back({{"fc.bias"}, {s.classes}, Role::trained, {}, true});
    layout_ = std::make_shared<const Layout>(std::move(leaves));
  }

  const std::shared_ptr<const Layout>& layout() const override { return layout_; }
  NameTable file_names() const override {
    return {.prefix = {}, .endings = {}, .ignored = {"*.num_batches_tracked"}};
  }

  at::Tensor features(const Weights& weights, const Inputs& inputs,
                      const Pass& pass) const override {
    auto x = at::relu(convolutions_[0](weights, inputs.pixels, pass));
    for (const auto& block : blocks_) {
      const auto* convolution = &convolutions_[block.first];
      const auto inner = convolution[1](weights, at::relu(convolution[0](weights, x, pass)), pass);
      x = at::relu(inner + (block.has_shortcut ? convolution[2](weights, x, pass) : x));
    }
    return x.mean({2, 3});
  }

  at::Tensor head(const Weights& weights, const at::Tensor& features) const override {
    return affine(features, weights[head_], weights[head_ + 1]).to(at::kFloat);
  }

  ForwardCost forward_cost(const data::BatchShape& batch) const override {
    return convolution_cost(convolutions_, batch, layout_->leaves()[head_]);
  }

 private:
  /// Convolutions first, first + 1 and, where the shape changes, the 1 x 1 one first + 2 beside
  /// them.
  struct Block {
    std::size_t first;
    bool has_shortcut;
  };

  MapShape add(std::vector<Leaf>& leaves, const MapShape& in, const ConvNormSpec& spec) {
    convolutions_.push_back(add_conv_norm(leaves, in, spec));
    return convolutions_.back().out;
  }

  MapShape add_block(std::vector<Leaf>& leaves, const MapShape& in, const std::string& name,
                     std::int64_t channels, std::int64_t stride) {
    blocks_.push_back({convolutions_.size(), stride != 1 || in.channels != channels});
    const auto middle = add(leaves, in, {name + "conv1", name + "bn1", channels, 3, stride});
    const auto out = add(leaves, middle, {name + "conv2", name + "bn2", channels});
    if (blocks_.back().has_shortcut)
      add(leaves, in, {name + "downsample.0", name + "downsample.1", channels, 1, stride});
    return out;
  }

  std::vector<ConvNorm> convolutions_;
  std::vector<Block> blocks_;
  std::size_t head_ = 0;
  std::shared_ptr<const Layout> layout_;
};

}  // namespace

std::unique_ptr<const Model> make_resnet18(const config::ModelConfig&, const data::DataShape& s) {
  if (s.height == 0 || s.classes == 0)
    throw ConfigError("model.name resnet18 needs images with class labels", "the data set has none",
                      "choose another model or data.name");
  return std::make_unique<ResNet>(s);
}

}  // namespace stockpot::model
