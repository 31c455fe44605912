// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/run_config.hpp"
#include "data/dataset.hpp"
#include "data/image/image_source.hpp"
#include "model/dropout.hpp"
#include "model/name_table.hpp"
#include "model/weights.hpp"

namespace stockpot::model {

/// A batch as tensors on the model's device. On the CPU they are views of the data::Batch, which
/// must outlive them.
struct Inputs {
  at::Tensor pixels;       ///< [B, C, H, W] fp32, or undefined
  at::Tensor token_ids;    ///< [B, T] int64, or undefined
  at::Tensor token_types;  ///< [B, T] int64
  at::Tensor lengths;      ///< [B] int64
  at::Tensor labels;       ///< [B] int64, or undefined (regression)
  at::Tensor targets;      ///< [B] fp32, or undefined (classification)
};

/// Tensors of `batch` on `device`.
Inputs to_inputs(const data::Batch& batch, const data::DataShape& shape, at::Device device);

/// How a forward pass is made. Evaluation: a function of weights and inputs.
struct Pass {
  bool training = false;
  double share = 1;  ///< in training: what part the batch is of the samples of an optimizer step;
                     ///< it weighs the batch's statistics
  const Dropout* dropout = nullptr;  ///< of this batch; null: nothing is dropped
};

/// What one forward pass over a batch costs, exactly.
struct ForwardCost {
  /// Floating-point operations in which no prunable weight takes part: attention products,
  /// embeddings, heads.
  std::int64_t other_flops = 0;
  /// Per prunable leaf, in layout order: how often each of its weights is multiplied and added.
  std::vector<std::int64_t> positions;
};

/// What a tensor that a weights file does not hold may be made from.
struct WeightsSource {
  std::filesystem::path weights, vocabulary;  ///< file or folder
  std::string data_name;
  std::vector<std::string> class_names;
};

/// The description of a network: what tensors it has and how it computes. It holds no values, so
/// that the main network, a denoiser and a soup are one Model with different arenas.
class Model {
 public:
  virtual ~Model() = default;
  virtual const std::shared_ptr<const Layout>& layout() const = 0;
  /// How files of others call its tensors.
  virtual NameTable file_names() const { return {}; }

  /// What the head sees [B, F]. `weights` has this model's layout.
  virtual at::Tensor features(const Weights& weights, const Inputs& inputs,
                              const Pass& pass) const = 0;
  /// Logits [B, classes], or predictions [B, 1] for regression, fp32, of `features`.
  virtual at::Tensor head(const Weights& weights, const at::Tensor& features) const = 0;
  at::Tensor forward(const Weights& weights, const Inputs& inputs, const Pass& pass) const {
    return head(weights, features(weights, inputs, pass));
  }

  /// What its config.json says that training drops; nothing where it has no site to drop at.
  virtual std::optional<DropoutRates> own_dropout() const { return {}; }

  /// Set the head tensor `name` of `weights` (on the CPU) from what the weights file holds in other
  /// form, if the model can: CLIP makes its head from the text tower. Not collective.
  virtual bool derive(const WeightsSource& /*source*/, const std::string& /*name*/,
                      Weights& /*weights*/) const {
    return false;
  }
  /// Throw what derive would, in little time.
  virtual void check_derive(const WeightsSource& /*source*/, const std::string& /*name*/) const {}

  /// Cost of `forward` on a batch of this shape.
  virtual ForwardCost forward_cost(const data::BatchShape& batch) const = 0;
};

/// How the model wants to see images.
data::ImageForm image_form(const config::ModelConfig& config);

/// The model of the configuration for data of this shape.
/// throws ConfigError where they do not fit, naming both
std::unique_ptr<const Model> make_model(const config::ModelConfig& config,
                                        const data::DataShape& shape);

}  // namespace stockpot::model
