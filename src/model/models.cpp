// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/from_blob.h>

#include "core/error.hpp"
#include "model/bert.hpp"
#include "model/clip.hpp"
#include "model/model.hpp"
#include "model/resnet.hpp"
#include "model/vgg.hpp"
#include "model/vit.hpp"

namespace stockpot::model {
namespace {

struct NamedModel {
  const char* name;
  std::unique_ptr<const Model> (*make)(const config::ModelConfig&, const data::DataShape&);
};

// one row per model: docs/methods.md says what each is
constexpr NamedModel kModels[] = {
    {"vit_tiny", make_vit},       {"bert", make_bert},         {"vit_b_32", make_clip_tower},
    {"clip_vit_b_32", make_clip}, {"resnet18", make_resnet18}, {"vgg16", make_vgg16},
};

template <typename T>
at::Tensor view_of(const std::vector<T>& values, const std::vector<std::int64_t>& shape,
                   at::ScalarType type, at::Device device) {
  if (values.empty()) return {};
  // torch takes no pointer to const; nothing writes to inputs
  return at::from_blob(const_cast<T*>(values.data()), shape, at::TensorOptions(type)).to(device);
}

}  // namespace

Inputs to_inputs(const data::Batch& batch, const data::DataShape& shape, at::Device device) {
  return {
      .pixels = view_of(batch.pixels, {batch.size, shape.channels, shape.height, shape.width},
                        at::kFloat, device),
      .token_ids = view_of(batch.token_ids, {batch.size, batch.tokens}, at::kLong, device),
      .token_types = view_of(batch.token_types, {batch.size, batch.tokens}, at::kLong, device),
      .lengths = view_of(batch.lengths, {batch.size}, at::kLong, device),
      .labels = view_of(batch.labels, {batch.size}, at::kLong, device),
      .targets = view_of(batch.targets, {batch.size}, at::kFloat, device),
  };
}

data::ImageForm image_form(const config::ModelConfig& config) {
  if (config.name == "vit_b_32" || config.name == "clip_vit_b_32")
    return {.clip_side = clip_shape(config).side};
  return {};
}

std::unique_ptr<const Model> make_model(const config::ModelConfig& config,
                                        const data::DataShape& shape) {
  for (const auto& row : kModels)
    if (config.name == row.name) return row.make(config, shape);
  throw ConfigError("model.name " + config.name + " is unknown");
}

}  // namespace stockpot::model
